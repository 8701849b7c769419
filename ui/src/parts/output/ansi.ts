// Reads terminal colours out of a line. Everything else that a terminal would obey is left out. Pure.

export const ansiColours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
export type AnsiColour = (typeof ansiColours)[number];

export interface Span {
  text: string;
  colour: AnsiColour | null;
  bold: boolean;
  dim: boolean;
}

// Control sequences, operating-system commands and lone escapes; only `m` sequences carry meaning here.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape characters are what this reads.
const ESCAPE = /\u001b\[([0-9;:?]*)([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes.
const CONTROL = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g;

export function ansiSpans(line: string): Span[] {
  // What a terminal would have overwritten after a carriage return is not shown.
  const visible = line.includes("\r") ? lastWritten(line) : line;
  const spans: Span[] = [];
  let style: Omit<Span, "text"> = { colour: null, bold: false, dim: false };
  let from = 0;
  for (const match of visible.matchAll(ESCAPE)) {
    addSpan(spans, visible.slice(from, match.index), style);
    if (match[2] === "m") style = applyCodes(style, match[1] ?? "");
    from = match.index + match[0].length;
  }
  addSpan(spans, visible.slice(from), style);
  return spans;
}

export function plainText(line: string): string {
  return ansiSpans(line)
    .map((span) => span.text)
    .join("");
}

function lastWritten(line: string): string {
  const parts = line.split("\r");
  for (let index = parts.length - 1; index > 0; index -= 1) {
    const part = parts[index];
    if (part) return part;
  }
  return parts[0] ?? "";
}

function addSpan(spans: Span[], text: string, style: Omit<Span, "text">): void {
  const clean = text.replace(CONTROL, "");
  if (clean) spans.push({ text: clean, ...style });
}

function applyCodes(style: Omit<Span, "text">, codes: string): Omit<Span, "text"> {
  const numbers = codes.split(/[;:]/).map(Number);
  let next = { ...style };
  for (let index = 0; index < numbers.length; index += 1) {
    const code = numbers[index] ?? 0;
    if (code === 0) next = { colour: null, bold: false, dim: false };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 39) next.colour = null;
    else if (code >= 30 && code <= 37) next.colour = ansiColours[code - 30] ?? null;
    else if (code >= 90 && code <= 97) next.colour = ansiColours[code - 90] ?? null;
    else if (code === 38 || code === 48) index += numbers[index + 1] === 5 ? 2 : 4;
  }
  return next;
}
