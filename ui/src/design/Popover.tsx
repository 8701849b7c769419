import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "../lib/classes";
import style from "./Float.module.css";
import { useFloatContainer } from "./floatContainer";
import { useReturnFocus } from "./returnFocus";

interface PopoverProps {
  /** The button that opens it; absent when it is opened otherwise, at `anchor`. */
  trigger?: ReactNode;
  /** The element that it points at, when that is not its trigger. */
  anchor?: () => Element | null;
  /** Its accessible name. */
  label: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string | undefined;
  children: ReactNode;
}

/** A small panel at a button, for what is more than a menu. */
export function Popover({
  trigger,
  anchor,
  label,
  open,
  onOpenChange,
  align = "start",
  side = "bottom",
  className,
  children,
}: PopoverProps) {
  const container = useFloatContainer();
  const focus = useReturnFocus();
  return (
    <Radix.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      {anchor && <Radix.Anchor virtualRef={{ current: measured(anchor) }} />}
      <Radix.Portal container={container}>
        <Radix.Content
          className={classes(style.float, style.popover, className)}
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          {...focus}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What an element measures, asked when it is needed: rows of a list come and go under an open panel. */
function measured(anchor: () => Element | null) {
  let last = new DOMRect();
  return {
    getBoundingClientRect() {
      last = anchor()?.getBoundingClientRect() ?? last;
      return last;
    },
  };
}
