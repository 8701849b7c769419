import { type ReactNode, useState } from "react";
import { onDemand } from "../lib/onDemand";
import { Sleeping } from "./Sleeping";

const float = onDemand(async () => (await import("./PopoverFloat")).PopoverFloat);

/** Fetches what draws an open panel, before one is opened. */
export const warmPopover = float.warm;

export interface PopoverProps {
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
export function Popover(props: PopoverProps) {
  const [awake, setAwake] = useState(false);
  const button = props.trigger ? (
    <Sleeping
      popup="dialog"
      trigger={props.trigger}
      onWake={() => {
        setAwake(true);
        props.onOpenChange?.(true);
      }}
    />
  ) : null;
  if (!awake && !props.open) return button;
  return <float.Component defaultOpen={props.trigger !== undefined} {...props} meanwhile={button} />;
}
