import { useEffect, useRef, useState } from "react";
import { type ActionHandlers, registerActions } from "./registry";

let nextOrder = 1;

/**
 * What the mounted component can do, for as long as it is mounted. Handlers may close over anything. Components are
 * ordered as they are first rendered, outer before inner, so that a page answers before the frame and a part of the
 * page before the page.
 */
export function useActions(handlers: ActionHandlers): void {
  const [order] = useState(() => nextOrder++);
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => registerActions(() => latest.current, order), [order]);
}
