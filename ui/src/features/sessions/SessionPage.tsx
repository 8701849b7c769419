import { getRouteApi, Link } from "@tanstack/react-router";
import { CircleStop, Square } from "lucide-react";
import { useLayoutEffect, useMemo, useRef } from "react";
import type { Session, SessionMessage } from "@/api/generated/bindings";
import { useCall, useCallPages, useCommand } from "@/api/queries";
import { Author, AuthorIcon } from "@/design/Author";
import { Button } from "@/design/Button";
import { Markdown } from "@/design/Markdown";
import { Page } from "@/design/Page";
import { ErrorNotice, ErrorState, Notice, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { toastError } from "@/design/toasts";
import { paths } from "@/lib/links";
import { Composer } from "./Composer";
import { Question } from "./Question";
import { SessionMark } from "./SessionMark";
import style from "./SessionPage.module.css";

const route = getRouteApi("/p/$slug/sessions/$number");

/** One conversation with an agent: what was said, what it asks, and the next message. */
export function SessionPage() {
  const { slug, number } = route.useParams();
  const { data, error, refetch } = useCall("session_get", { project: slug, number });
  if (data) return <Conversation key={data.id} session={data} />;
  return (
    <Page
      crumbs={[
        { title: "Sessions", to: paths.sessions(slug) },
        { title: number > 0 ? `Session ${number}` : "Session" },
      ]}
    >
      {error ? (
        <ErrorState title="The session could not be opened" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={10} />
      )}
    </Page>
  );
}

function Conversation({ session }: { session: Session }) {
  const at = { project: session.project_slug, number: session.number };
  const { items, error, hasNextPage, isFetchingNextPage, more } = useCallPages("session_messages", at);
  // What is not sent yet stands where it is written.
  const messages = useMemo(() => (items ?? []).filter(({ state }) => state !== "draft").reverse(), [items]);
  const interrupt = useCommand("session_interrupt", {
    onError: (problem) => toastError("The agent could not be stopped", problem),
  });
  const end = useCommand("session_end", {
    onError: (problem) => toastError("The session could not be ended", problem),
  });
  const open = session.questions.filter((question) => question.state === "open");
  const foot = useFollowed(`${messages.at(-1)?.id} ${open.length} ${session.working}`);
  return (
    <Page
      crumbs={[{ title: "Sessions", to: paths.sessions(session.project_slug) }, { title: session.title }]}
      filters={<SessionMark session={session} />}
      actions={
        <>
          {session.actions.interrupt && session.working && (
            <Button
              icon={<Square size={14} aria-hidden />}
              busy={interrupt.isPending}
              onClick={() => interrupt.mutate(at)}
            >
              Interrupt
            </Button>
          )}
          {session.actions.end && (
            <Button
              icon={<CircleStop size={14} aria-hidden />}
              busy={end.isPending}
              onClick={() => end.mutate(at)}
            >
              End session
            </Button>
          )}
        </>
      }
    >
      <div className={style.session}>
        <section className={style.scroll} aria-label="Conversation" ref={foot}>
          <div className={style.column}>
            <About session={session} />
            {error && !items && <ErrorNotice error={error} />}
            {hasNextPage && (
              <Button
                size="small"
                kind="quiet"
                busy={isFetchingNextPage}
                onClick={more}
                className={style.earlier}
              >
                Show earlier messages
              </Button>
            )}
            {messages.map((message) => (
              <Message key={message.id} message={message} session={session} />
            ))}
            {session.error !== null && (
              <Notice tone="bad" title={session.error}>
                {session.advice}
              </Notice>
            )}
            {open.map((question) => (
              <Question key={question.id} session={session} question={question} />
            ))}
            {session.working && (
              <output className={style.working}>
                {session.tool} is at work.{" "}
                {session.run !== null && (
                  <Link to={paths.run(session.project_slug, session.run)}>Watch its output</Link>
                )}
              </output>
            )}
          </div>
        </section>
        {session.actions.send && <Composer session={session} />}
      </div>
    </Page>
  );
}

/** What the session is about and where its work lies. */
function About({ session }: { session: Session }) {
  const { issue } = session;
  return (
    <p className={style.about}>
      {issue ? (
        <Link to={paths.issue(session.project_slug, issue.number)} className={style.issue}>
          <span className={style.quiet}>{`#${issue.number}`}</span>
          <span className="truncate">{issue.title}</span>
        </Link>
      ) : (
        <span className={style.quiet}>No issue is bound to this session</span>
      )}
      <span className={style.quiet}>
        {session.tool}
        {session.model !== null && ` · ${session.model}`} · from {session.base_branch}
      </span>
      {session.run !== null && (
        <Link to={paths.run(session.project_slug, session.run)}>Output, changes and cost</Link>
      )}
    </p>
  );
}

interface MessageProps {
  message: SessionMessage;
  session: Session;
}

function Message({ message, session }: MessageProps) {
  const ours = message.role === "user";
  return (
    <article className={ours ? style.ours : style.theirs}>
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
      <Markdown text={message.text} slug={session.project_slug} />
    </article>
  );
}

/** Near enough to the end to mean: show me what comes. */
const NEAR_END_PX = 80;

/** Keeps the end in sight while something comes, unless the reader has scrolled away from it. */
function useFollowed(what: string) {
  const scroller = useRef<HTMLElement>(null);
  const followed = useRef(true);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      followed.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what there is to see is what moves the end
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && followed.current) element.scrollTop = element.scrollHeight;
  }, [what]);
  return scroller;
}
