// Which words of a title are worth looking for in other issues. Pure.

/** Words that say nothing of what an issue is about. */
const COMMON = new Set(
  "a an and are as at be but by can cannot does for from has have if in into is it its no not of on or should so than that the their then there this to too was when while will with without".split(
    " ",
  ),
);
const FEWEST_LETTERS = 3;
const MOST_WORDS = 6;

/** The words that count, in their order. */
export function tellingWords(title: string): string[] {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words)].filter((word) => word.length >= FEWEST_LETTERS && !COMMON.has(word));
}

/**
 * What to ask for while a title is typed: all its words at first, then the two longest, for another person rarely
 * writes the same sentence. Words are taken as beginnings: "import" is about the importer, and the last may not be
 * finished yet.
 */
export function similarQueries(title: string): string[] {
  const words = tellingWords(title).sort((a, b) => b.length - a.length);
  if (words.length === 0) return [];
  const query = (chosen: string[]) => [...chosen.map((word) => `${word}*`), "is:active"].join(" ");
  const strict = query(words.slice(0, MOST_WORDS));
  return words.length > 2 ? [strict, query(words.slice(0, 2))] : [strict];
}
