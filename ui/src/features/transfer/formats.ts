// What can be imported from: how each is called, and what its path is. Pure.

import type { ExportFormat, ImportFormat } from "@/api/generated/bindings";

interface Format {
  title: string;
  note: string;
  /** Whether it is read from one file or from a folder. */
  path: "file" | "folder";
  example: string;
}

export const importFormats: Record<ImportFormat, Format> = {
  github: {
    title: "GitHub issues",
    note: "A file written by gh issue list --state all --json",
    path: "file",
    example: "issues.json",
  },
  beads: { title: "Beads", note: "Its issues.jsonl", path: "file", example: ".beads/issues.jsonl" },
  backlog: { title: "Backlog.md", note: "Its backlog folder", path: "folder", example: "backlog" },
  taskwarrior: {
    title: "Taskwarrior",
    note: "A file written by task export",
    path: "file",
    example: "tasks.json",
  },
  vibe_kanban: { title: "Vibe Kanban", note: "Its export file", path: "file", example: "vibe-kanban.json" },
  ccw: {
    title: "Claude-Code-Workflow",
    note: "Its .workflow/issues folder",
    path: "folder",
    example: ".workflow/issues",
  },
  waybill: {
    title: "Waybill",
    note: "A folder written by Export, with everything in it",
    path: "folder",
    example: "waybill-export",
  },
};

export const exportFormats: Record<ExportFormat, { title: string; note: string }> = {
  waybill: {
    title: "Everything, to import again",
    note: "JSON Lines, a file per table, with attachments. Nothing is lost.",
  },
  markdown: { title: "Issues as Markdown", note: "A file per issue, to read, search and keep in git." },
};

/** Whether a path says where it is without knowing where one stands. */
export function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** What is wrong with a typed path, if anything is. */
export function pathFault(path: string): string | null {
  const typed = path.trim();
  if (typed === "") return "Say where it is.";
  return isAbsolute(typed) ? null : "Write the whole path, from the root of the disk on.";
}
