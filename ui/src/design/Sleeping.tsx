import { Root as Slot } from "@radix-ui/react-slot";
import type { KeyboardEvent, ReactNode } from "react";

interface SleepingProps {
  popup: "menu" | "dialog";
  /** One button. */
  trigger: ReactNode;
  onWake: () => void;
}

/**
 * The button of a menu or panel that nobody has opened yet. Most never are: what opens is made when it is first asked
 * for, so that a screen does not wait for what it does not show.
 */
export function Sleeping({ popup, trigger, onWake }: SleepingProps) {
  return (
    <Slot
      aria-haspopup={popup}
      aria-expanded={false}
      data-state="closed"
      onClick={onWake}
      onKeyDown={(event: KeyboardEvent) => {
        if (popup !== "menu" || event.key !== "ArrowDown") return;
        event.preventDefault();
        onWake();
      }}
    >
      {trigger}
    </Slot>
  );
}
