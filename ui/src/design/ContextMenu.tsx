import { Root as Slot } from "@radix-ui/react-slot";
import { type MouseEvent, type ReactNode, useState } from "react";
import { onDemand } from "../lib/onDemand";
import type { MenuGroup } from "./Menu";

const float = onDemand(async () => (await import("./ContextMenuFloat")).ContextMenuFloat);

/** Fetches what draws an open menu, before one is opened. */
export const warmContextMenu = float.warm;

/** A point of the window, in CSS pixels. */
export interface PointedAt {
  x: number;
  y: number;
}

interface ContextMenuProps {
  groups: MenuGroup[];
  onOpenChange?: (open: boolean) => void;
  /** One element; a right click in it, or the menu key, opens the menu. */
  children: ReactNode;
}

/** The actions of what is pointed at. */
export function ContextMenu({ groups, onOpenChange, children }: ContextMenuProps) {
  const [at, setAt] = useState<PointedAt | null>(null);
  return (
    <>
      <Slot
        onContextMenu={(event: MouseEvent) => {
          event.preventDefault();
          setAt({ x: event.clientX, y: event.clientY });
        }}
      >
        {children}
      </Slot>
      {at && <float.Component groups={groups} onOpenChange={onOpenChange} at={at} />}
    </>
  );
}
