import { Link } from "@tanstack/react-router";
import type { Ref } from "react";
import type { Session, SessionQuestion } from "@/api/generated/bindings";
import { Notice } from "@/design/States";
import { paths } from "@/lib/links";
import style from "./Conversation.module.css";
import { Question } from "./Question";

interface FootProps {
  session: Session;
  /** Those that wait for an answer. */
  questions: readonly SessionQuestion[];
  activity: string | null;
  onAnswered: () => void;
  /** Where the first question stands. */
  ref: Ref<HTMLDivElement>;
}

/** Where the conversation stands: what failed, what the agent asks, what it does. */
export function Foot({ session, questions, activity, onAnswered, ref }: FootProps) {
  const work = session.run !== null && (
    <Link to={paths.run(session.project_slug, session.run)}>run {session.run}</Link>
  );
  return (
    <div className={style.foot} ref={ref}>
      {session.error !== null && (
        <Notice tone="bad" title={session.error}>
          {session.advice}
        </Notice>
      )}
      {questions.map((question) => (
        <Question key={question.id} session={session} question={question} onAnswered={onAnswered} />
      ))}
      {session.working && (
        <output className={style.working}>
          <span className={style.dot} aria-hidden />
          <span>{session.tool} is at work</span>
          {activity && <span className={style.activity}>{activity}</span>}
        </output>
      )}
      {session.state === "ended" && (
        <p className={style.ended}>
          The session is ended.{" "}
          {work && <>What it changed is reviewed and merged in {work}; its issue is as it was.</>}
        </p>
      )}
    </div>
  );
}
