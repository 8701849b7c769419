const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Each takes milliseconds to make, and the first view may need none of them.
const exact = once({ dateStyle: "full", timeStyle: "medium" });
const monthDay = once({ month: "short", day: "numeric" });
const monthDayYear = once({ month: "short", day: "numeric", year: "numeric" });

/** "now", "4m", "3h", "6d", then the date: as short as a list needs. */
export function shortAge(at: number, now: number): string {
  const age = Math.max(0, now - at);
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  if (age < 30 * DAY) return `${Math.floor(age / DAY)}d`;
  return date(at, now);
}

/** "just now", "4 minutes ago", "3 hours ago", "yesterday", "6 days ago", then the date: for running text. */
export function longAge(at: number, now: number): string {
  const age = Math.max(0, now - at);
  if (age < MINUTE) return "just now";
  if (age < HOUR) return ago(Math.floor(age / MINUTE), "minute");
  if (age < DAY) return ago(Math.floor(age / HOUR), "hour");
  if (age < 2 * DAY) return "yesterday";
  if (age < 30 * DAY) return ago(Math.floor(age / DAY), "day");
  return `on ${date(at, now)}`;
}

export function exactTime(at: number): string {
  return exact().format(at);
}

/** "0s", "32s", "1m 48s", "2h 04m": how long something took. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}

function date(at: number, now: number): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? monthDay : monthDayYear)().format(at);
}

function ago(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

function once(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let made: Intl.DateTimeFormat | undefined;
  return () => {
    made ??= new Intl.DateTimeFormat(undefined, options);
    return made;
  };
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
