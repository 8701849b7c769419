/** US dollars: two digits, four under a cent; an unknown price is a dash, not zero. */
export function money(usd: number | null): string {
  if (usd === null) return "–";
  if (usd !== 0 && Math.abs(usd) < 0.01) return `$${usd.toFixed(4)}`;
  return `$${usd.toFixed(2)}`;
}

/** "812", "12.4k", "3.1M": counts of tokens and lines where space is short. */
export function compactCount(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 10_000) return `${trim(count / 1_000)}k`;
  if (count < 1_000_000) return `${Math.round(count / 1_000)}k`;
  return `${trim(count / 1_000_000)}M`;
}

/** "12,345": the interface is English, and the platform's own formatter takes milliseconds to be there. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 issue", "2 issues". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : trim(value)} ${units[unit]}`;
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
