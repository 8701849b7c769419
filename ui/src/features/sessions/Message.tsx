import { CornerDownRight } from "lucide-react";
import type { Session, SessionMessage } from "@/api/generated/bindings";
import { Author, AuthorIcon } from "@/design/Author";
import { Markdown } from "@/design/Markdown";
import { RelativeTime } from "@/design/Time";
import { classes } from "@/lib/classes";
import { LONGEST_MARKDOWN } from "@/parts/output/OutputRowView";
import style from "./Conversation.module.css";

interface MessageProps {
  message: SessionMessage;
  session: Session;
}

/** What was said to the agent; and what it said, where its output does not tell. */
export function Message({ message, session }: MessageProps) {
  const ours = message.role === "user";
  const question = session.questions.find(({ id }) => id === message.question);
  // The message tells the agent what it had asked; a person sees the question and the answer.
  const answer = question?.kind === "ask" && typeof question.answer === "string" ? question.answer : null;
  const text = answer ?? message.text;
  return (
    <article className={classes(style.message, ours && style.ours)}>
      <header className={style.by}>
        {ours ? (
          <Author author={message.author} />
        ) : (
          <>
            <AuthorIcon kind="agent" size={14} />
            {session.tool}
          </>
        )}
        <RelativeTime at={message.created_at} long className={style.quiet} />
        {message.state === "queued" && <span className={style.quiet}>waits for its turn</span>}
      </header>
      {question && answer !== null && (
        <p className={style.answered} title={question.text}>
          <CornerDownRight size={12} aria-label="In answer to" />
          <span className="truncate">{question.text}</span>
        </p>
      )}
      {text.length > LONGEST_MARKDOWN ? (
        <pre className={style.plain}>{text}</pre>
      ) : (
        <Markdown text={text} slug={session.project_slug} className={style.words ?? ""} />
      )}
    </article>
  );
}
