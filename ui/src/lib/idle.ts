import { useEffect, useState } from "react";

/** Does what is wanted soon but not now, once nothing else is to do. */
export function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 2_000 });
  else setTimeout(work, 500);
}

/** Whether the first drawing is over and nothing else was to do: what nobody sees or waits for may begin. */
export function useIdle(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => whenIdle(() => setIdle(true)), []);
  return idle;
}
