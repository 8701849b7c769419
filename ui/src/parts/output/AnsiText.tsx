import { memo } from "react";
import { classes } from "@/lib/classes";
import style from "./AnsiText.module.css";
import { ansiSpans } from "./ansi";

/** Terminal text with its colours, in the colours of this theme. */
export const AnsiText = memo(function AnsiText({ line }: { line: string }) {
  const spans = ansiSpans(line);
  return spans.map((span, index) =>
    span.colour || span.bold || span.dim ? (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: the spans of one line never move
        key={index}
        className={classes(span.colour && style[span.colour], span.bold && style.bold, span.dim && style.dim)}
      >
        {span.text}
      </span>
    ) : (
      span.text
    ),
  );
});
