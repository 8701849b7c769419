import { Popover as Radix } from "radix-ui";
import { classes } from "../lib/classes";
import style from "./Float.module.css";
import { useFloatContainer } from "./floatContainer";
import type { PopoverProps } from "./Popover";
import { useReturnFocus } from "./returnFocus";

/** A panel that has been opened; `Popover` stands for it until then. */
export function PopoverFloat({
  trigger,
  anchor,
  label,
  open,
  defaultOpen = false,
  onOpenChange,
  align = "start",
  side = "bottom",
  className,
  children,
}: PopoverProps & { defaultOpen?: boolean }) {
  const container = useFloatContainer();
  const focus = useReturnFocus();
  return (
    <Radix.Root
      defaultOpen={defaultOpen}
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange } : {})}
    >
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
