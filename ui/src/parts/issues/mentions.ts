// Mentions of issues while they are typed: what to look for, and what the text becomes. Pure.

/** The search for what was typed of an issue: its number, or words of which the last may not be finished. */
export function searchQuery(typed: string): string {
  const text = typed.trim().replace(/^#/, "");
  if (text === "") return "is:active sort:updated";
  if (/^\d{1,9}$/.test(text)) return `#${Number(text)}`;
  // Each word is quoted, so that nothing typed here is read as a qualifier.
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.map((word) => `${word}*`).join(" ");
}

/** A `#…` that is being typed right before the caret. */
export interface Mention {
  /** Where the sign stands. */
  from: number;
  /** What follows it, up to the caret. */
  typed: string;
}

/** The longest text of a mention that is still looked for. */
const LONGEST = 40;

export function mentionAt(text: string, caret: number): Mention | null {
  const line = text.slice(text.lastIndexOf("\n", caret - 1) + 1, caret);
  const found = /(?:^|[\s([{,;"'–—-])#([^#\n]*)$/u.exec(line);
  const typed = found?.[1];
  if (found === null || typed === undefined || typed.length > LONGEST) return null;
  // A heading, or a sign that stands alone with a space behind it, is no mention.
  if (/^\s/.test(typed) || /\s{2}$/.test(typed)) return null;
  return { from: caret - typed.length - 1, typed };
}

/** The text with the mention finished, and where the caret then stands. */
export function mentioned(text: string, mention: Mention, number: number): { text: string; caret: number } {
  const end = mention.from + 1 + mention.typed.length;
  const space = /^\s/.test(text.slice(end)) ? "" : " ";
  const made = `#${number}${space}`;
  return { text: text.slice(0, mention.from) + made + text.slice(end), caret: mention.from + made.length };
}
