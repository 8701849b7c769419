import { Root as Slot } from "@radix-ui/react-slot";
import type { FocusEvent, PointerEvent, ReactNode } from "react";
import { isQuietFocus } from "./quietFocus";
import { hideTip, leaveTip, pointTip, showTip, type Tip } from "./tips";

interface TooltipProps extends Pick<Tip, "text" | "keys"> {
  side?: Tip["side"];
  /** One element that takes focus and props; wrap plain text in a span with `tabIndex`. */
  children: ReactNode;
}

/**
 * What a thing is or does, and its keys, after a moment of pointing or at once on focus. It only listens: what it
 * says is drawn by `TipLayer`, one for the whole application, so that a screen of buttons costs a screen of buttons.
 */
export function Tooltip({ text, keys, side = "bottom", children }: TooltipProps) {
  const tip = { text, keys, side };
  return (
    <Slot
      onPointerEnter={(event: PointerEvent<HTMLElement>) => {
        if (event.pointerType !== "touch") pointTip(event.currentTarget, tip);
      }}
      onPointerLeave={leaveTip}
      onPointerDown={hideTip}
      onFocus={(event: FocusEvent<HTMLElement>) => {
        if (!isQuietFocus() && event.currentTarget.matches(":focus-visible"))
          showTip(event.currentTarget, tip);
      }}
      onBlur={hideTip}
    >
      {children}
    </Slot>
  );
}
