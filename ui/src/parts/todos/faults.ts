// The lines of an edited list that Waybill could not read. Pure.

import { CallError } from "@/platform";

export interface LineFault {
  /** Counted from 1. */
  line: number;
  what: string;
}

const FAULT = /line (\d+): (.*?)(?=; line \d+: |; and \d+ more lines$|$)/gs;

/** The faults that a refusal names ("line 2: …; line 5: …"); empty when it was refused for another reason. */
export function lineFaults(error: unknown): LineFault[] {
  if (!(error instanceof CallError) || error.code !== "invalid" || !/^line \d+: /.test(error.message))
    return [];
  return [...error.message.matchAll(FAULT)].map(([, line, what]) => ({
    line: Number(line),
    what: what ?? "",
  }));
}
