import type { SessionRow } from "@/api/generated/bindings";
import style from "./SessionMark.module.css";

type Shown = Pick<SessionRow, "state" | "working" | "open_questions" | "error">;

/** Where a session stands, in one word. */
export function SessionMark({ session }: { session: Shown }) {
  const { word, tone } = markOf(session);
  return <span className={`${style.mark} ${style[tone]}`}>{word}</span>;
}

export function markOf({ state, working, open_questions, error }: Shown): {
  word: string;
  tone: "asks" | "works" | "quiet" | "bad";
} {
  if (state === "ended") return { word: "Ended", tone: "quiet" };
  if (open_questions > 0) return { word: "Asks you", tone: "asks" };
  if (working) return { word: "Working", tone: "works" };
  if (error !== null) return { word: "Failed", tone: "bad" };
  return { word: "Idle", tone: "quiet" };
}
