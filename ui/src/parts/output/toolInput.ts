// Says in one line what a tool call does, from its input. Pure.

/** The fields that tell most, in order; agents name them alike. */
const TELLING = [
  "command",
  "cmd",
  "file_path",
  "path",
  "notebook_path",
  "pattern",
  "query",
  "url",
  "description",
  "prompt",
  "changes",
] as const;

const LONGEST = 200;

export function shortInput(input: unknown): string {
  if (input === null || input === undefined) return "";
  if (typeof input === "string") return oneLine(input);
  if (typeof input !== "object") return String(input);
  const fields = input as Record<string, unknown>;
  for (const name of TELLING) {
    const value = fields[name];
    if (typeof value === "string" && value.trim()) return oneLine(value);
    if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string")) {
      return oneLine(value.join(" "));
    }
  }
  const json = JSON.stringify(input);
  return json === "{}" || json === "[]" ? "" : oneLine(json);
}

/** The input in one line, unless the name of the call says as much already. */
export function inputBeside(name: string | null, input: unknown): string {
  const short = shortInput(input);
  return name?.includes(short) ? "" : short;
}

/** The whole input as a person reads it: a lone command as it is, anything else as JSON. */
export function fullInput(input: unknown): string {
  if (input === null || input === undefined) return "";
  if (typeof input === "string") return input;
  const entries = Object.entries(input as Record<string, unknown>);
  const only = entries.length === 1 ? entries[0]?.[1] : undefined;
  return typeof only === "string" ? only : JSON.stringify(input, null, 2);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
