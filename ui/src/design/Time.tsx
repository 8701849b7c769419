import { useSyncExternalStore } from "react";
import { classes } from "../lib/classes";
import { money } from "../lib/numbers";
import { secondTicker, slowTicker } from "../lib/ticker";
import { duration, exactTime, longAge, shortAge } from "../lib/time";

interface RelativeTimeProps {
  at: number;
  /** "4 minutes ago" instead of "4m". */
  long?: boolean;
  className?: string | undefined;
}

/** How long ago; the exact time on hover. Redraws only itself, and only when its words change. */
export function RelativeTime({ at, long, className }: RelativeTimeProps) {
  const words = useSyncExternalStore(slowTicker.subscribe, () =>
    long ? longAge(at, Date.now()) : shortAge(at, Date.now()),
  );
  return (
    <time
      className={classes("numbers", className)}
      dateTime={new Date(at).toISOString()}
      onPointerEnter={(event) => {
        event.currentTarget.title = exactTime(at);
      }}
    >
      {words}
    </time>
  );
}

interface DurationProps {
  from: number;
  /** Null while it goes on: the seconds then count. */
  to: number | null;
}

/** How long something took, or has been taking so far. */
export function Duration({ from, to }: DurationProps) {
  const words = useSyncExternalStore(to === null ? secondTicker.subscribe : never, () =>
    duration((to ?? Date.now()) - from),
  );
  return <span className="numbers">{words}</span>;
}

/** US dollars; a dash when the price is unknown. */
export function Money({ usd }: { usd: number | null }) {
  return (
    <span className="numbers" title={usd === null ? "The tool does not say what this cost" : `$${usd}`}>
      {money(usd)}
    </span>
  );
}

function never(): () => void {
  return () => {};
}
