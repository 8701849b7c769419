import { read, write } from "./kept";

const isSlug = (value: unknown): value is string => typeof value === "string" && value !== "";

/** The project seen last: where the application opens, and what project-less pages are beside. */
export function lastProject(): string | null {
  return read<string>("project", "", (value) => isSlug(value)) || null;
}

export function rememberProject(slug: string): void {
  write("project", slug);
}
