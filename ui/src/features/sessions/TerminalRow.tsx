import { memo, type ReactNode } from "react";
import { classes } from "@/lib/classes";
import { errorKindWord, heldBackWord } from "@/lib/words";
import { AnsiText } from "@/parts/output/AnsiText";
import { inputBeside } from "@/parts/output/toolInput";
import type { Said } from "./conversation";
import style from "./TerminalRow.module.css";

/** Of a longer result only the end is shown here; the conversation has all of it. */
const LONGEST_RESULT = 8_000;

/** One row of what the agent did, in the words of a terminal. */
export const TerminalRow = memo(function TerminalRow({ row }: { row: Said }) {
  switch (row.kind) {
    case "message":
      return (
        <Line tone="said" mark="›">
          {row.message.text}
        </Line>
      );
    case "text":
      return (
        <Line>
          <AnsiText line={row.text} />
        </Line>
      );
    case "raw":
      return (
        <Line tone="quiet">
          <AnsiText line={row.text} />
        </Line>
      );
    case "thinking":
      return (
        <Line tone="quiet" mark="~">
          {row.text}
        </Line>
      );
    case "tool":
      return (
        <>
          <Line tone="call" mark="$">
            {row.name ?? "result"} <span className={style.quiet}>{inputBeside(row.name, row.input)}</span>
          </Line>
          {row.result && row.result.output !== "" && (
            <Line tone={row.result.ok ? "result" : "failed"}>
              <AnsiText line={endOf(row.result.output)} />
            </Line>
          )}
        </>
      );
    case "file":
      return (
        <Line tone="call" mark="±">
          {row.change} {row.path}
        </Line>
      );
    case "note":
      return <Line tone="quiet">{row.text}</Line>;
    case "rate_limited":
      return (
        <Line tone="warn">
          the provider asked to wait{row.retryAfter === null ? "" : ` ${Math.ceil(row.retryAfter)} seconds`}
        </Line>
      );
    case "error":
      return (
        <Line tone="bad">
          {row.message} ({errorKindWord[row.error]})
        </Line>
      );
    case "held_back":
      return (
        <Line tone="warn">
          held back by the sandbox: {row.detail} ({heldBackWord[row.what]})
        </Line>
      );
    case "session":
      return <Line tone="quiet">— started{row.model ? ` with ${row.model}` : ""} —</Line>;
    case "finished":
      return <Line tone={row.ok ? "quiet" : "bad"}>— {row.ok ? "finished" : "stopped"} —</Line>;
    case "turn":
    case "step":
      return null;
  }
});

function Line({ tone, mark, children }: { tone?: string; mark?: string; children: ReactNode }) {
  return (
    <div className={classes(style.line, tone && style[tone], tone === "failed" && style.result)}>
      {mark && (
        <span className={style.mark} aria-hidden>
          {mark}{" "}
        </span>
      )}
      {children}
    </div>
  );
}

function endOf(output: string): string {
  return output.length <= LONGEST_RESULT ? output : `…${output.slice(-LONGEST_RESULT)}`;
}
