/**
 * How well `text` answers what was typed: null when not at all, else higher is better. Every typed sign must occur in
 * order; starts of words and runs of signs count more, and so does a short text.
 */
export function fuzzyScore(text: string, typed: string): number | null {
  const wanted = typed.toLowerCase().replace(/\s+/g, "");
  if (wanted === "") return 0;
  const whole = text.toLowerCase();
  const plain = whole.indexOf(typed.trim().toLowerCase());
  if (plain >= 0) return 1_000 + (isWordStart(whole, plain) ? 500 : 0) - plain - whole.length / 100;

  let score = 0;
  let from = 0;
  let former = -2;
  for (const sign of wanted) {
    const at = bestPlace(whole, sign, from, former);
    if (at < 0) return null;
    score += at === former + 1 ? 8 : isWordStart(whole, at) ? 6 : 1 - Math.min(at - former, 10) / 10;
    former = at;
    from = at + 1;
  }
  return score - whole.length / 100;
}

/** The things that answer what was typed, best first. */
export function fuzzyRank<T>(items: readonly T[], typed: string, textOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, score: fuzzyScore(textOf(item), typed) }))
    .filter((each): each is { item: T; score: number } => each.score !== null)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** The next place of a sign: right after the former one, else where a word starts, else the first. */
function bestPlace(text: string, sign: string, from: number, former: number): number {
  if (text[former + 1] === sign && former + 1 >= from) return former + 1;
  const first = text.indexOf(sign, from);
  for (let at = first; at >= 0; at = text.indexOf(sign, at + 1)) {
    if (isWordStart(text, at)) return at;
  }
  return first;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[\s\-_/.#:]/.test(text[at - 1] ?? "");
}
