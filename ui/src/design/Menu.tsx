import { type ReactNode, useState } from "react";
import { onDemand } from "../lib/onDemand";
import { Sleeping } from "./Sleeping";

const float = onDemand(async () => (await import("./MenuFloat")).MenuFloat);

/** Fetches what draws an open menu, before one is opened. */
export const warmMenu = float.warm;

export interface MenuItem {
  id: string;
  title: ReactNode;
  /** A second, quiet line. */
  note?: ReactNode;
  icon?: ReactNode;
  keys?: string | undefined;
  danger?: boolean;
  disabled?: boolean;
  /** Shown with a check mark; menus of choices give it to each of their items. */
  checked?: boolean;
  onSelect: () => void;
}

export interface MenuGroup {
  label?: string;
  items: MenuItem[];
}

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactNode;
  groups: MenuGroup[];
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** A menu of actions or choices at a button. */
export function Menu(props: MenuProps) {
  const [awake, setAwake] = useState(false);
  const button = (
    <Sleeping
      popup="menu"
      trigger={props.trigger}
      onWake={() => {
        setAwake(true);
        props.onOpenChange?.(true);
      }}
    />
  );
  if (!awake && !props.open) return button;
  return <float.Component defaultOpen {...props} meanwhile={button} />;
}
