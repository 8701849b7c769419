import type { QuestionField } from "@/api/generated/bindings";

/** What was filled into a form, by the names of its fields. Numbers are text until they are sent. */
export type Filled = Record<string, string | number | boolean | string[] | undefined>;

/** A form in which nothing is filled in. */
export function emptyForm(fields: readonly QuestionField[]): Filled {
  return Object.fromEntries(
    fields.map(({ name, kind }) => [name, kind === "boolean" ? false : kind === "choices" ? [] : ""]),
  );
}

/** What is wrong with a field, or null. */
export function missing(field: QuestionField, values: Filled): string | null {
  const value = values[field.name];
  const empty =
    value === undefined ||
    (typeof value === "string" && value.trim() === "") ||
    (Array.isArray(value) && value.length === 0);
  if (empty) return field.required && field.kind !== "boolean" ? "The agent needs this." : null;
  if (field.kind === "number" && Number.isNaN(Number(value))) return "This must be a number.";
  return null;
}

/** The answer as it is sent: what was left out is left out, numbers are numbers. */
export function filled(fields: readonly QuestionField[], values: Filled): Filled {
  const answer: Filled = {};
  for (const field of fields) {
    const value = values[field.name];
    if (field.kind === "boolean") answer[field.name] = value === true;
    else if (typeof value === "string" && value.trim() === "") continue;
    else if (Array.isArray(value) && value.length === 0) continue;
    else if (field.kind === "number" && value !== undefined) answer[field.name] = Number(value);
    else if (value !== undefined) answer[field.name] = value;
  }
  return answer;
}
