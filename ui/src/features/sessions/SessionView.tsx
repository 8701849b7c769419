import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useActions } from "@/actions/useActions";
import type { Session } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Page } from "@/design/Page";
import { Tabs } from "@/design/Tabs";
import { paths } from "@/lib/links";
import { useMedia, WIDE } from "@/lib/media";
import { useRunOutput } from "@/parts/output/useRunOutput";
import { BoundIssue } from "./BoundIssue";
import { Changes } from "./Changes";
import { Composer } from "./Composer";
import { Conversation } from "./Conversation";
import { SessionActionBar } from "./SessionActionBar";
import { SessionMark } from "./SessionMark";
import style from "./SessionView.module.css";
import { Terminal } from "./Terminal";
import { type SessionTab, tabOf } from "./tabs";
import { useMessages } from "./useMessages";

const route = getRouteApi("/p/$slug/sessions/$number");

/** A session: the conversation with its terminal and changes as tabs, the issue that it is about beside it. */
export function SessionView({ session }: { session: Session }) {
  const { project_slug: project, number } = session;
  const search = route.useSearch();
  const navigate = useNavigate();
  const wide = useMedia(WIDE);
  const tab = tabOf(search.tab, wide);
  const { data: run } = useCall(
    "run_get",
    { project, number: session.run ?? 0 },
    { enabled: session.run !== null },
  );
  const show = (next: SessionTab, file = search.file) =>
    void navigate({
      to: "/p/$slug/sessions/$number",
      params: { slug: project, number },
      search: {
        ...(next === "conversation" ? {} : { tab: next }),
        ...(next === "diff" && file !== undefined ? { file } : {}),
      },
      replace: true,
    });

  useActions({
    "session.conversation": () => show("conversation"),
    "session.terminal": () => show("terminal"),
    "session.diff": () => show("diff"),
    "session.issue": { run: () => show("issue"), when: () => !wide },
  });

  return (
    <Page
      crumbs={[{ title: "Sessions", to: paths.sessions(project) }, { title: session.title }]}
      filters={<SessionMark session={session} />}
      actions={<SessionActionBar session={session} />}
    >
      <div className={style.columns}>
        <div className={style.main}>
          <Tabs
            label="Session"
            value={tab}
            onChange={(next) => show(next)}
            tabs={[
              { value: "conversation", title: "Conversation" },
              { value: "terminal", title: "Terminal" },
              { value: "diff", title: "Changes", count: run?.files_changed || undefined },
              ...(wide ? [] : [{ value: "issue", title: "Issue" } as const]),
            ]}
            end={<About session={session} />}
          >
            {(tab === "conversation" || tab === "terminal") && (
              // The first message makes the run: from then on there is output to follow.
              <Talk key={session.run} session={session} tab={tab} runId={run?.id} activity={run?.activity} />
            )}
            {tab === "diff" && (
              <Changes
                run={run}
                path={search.file}
                onPath={(path) => show("diff", path)}
                started={session.run !== null}
              />
            )}
            {tab === "issue" && <BoundIssue session={session} />}
          </Tabs>
        </div>
        {wide && <BoundIssue session={session} beside />}
      </div>
    </Page>
  );
}

interface TalkProps {
  session: Session;
  tab: "conversation" | "terminal";
  runId: string | undefined;
  /** What the agent does now, in its own last words. */
  activity: string | null | undefined;
}

/** What was said and done, and the next message. */
function Talk({ session, tab, runId, activity }: TalkProps) {
  const messages = useMessages(session);
  const [state, store] = useRunOutput(session.project_slug, session.run, runId);
  const input = useRef<HTMLTextAreaElement>(null);
  useActions({
    "run.follow": { run: () => store.toEnd(), when: () => !store.state().following },
    "session.message": { run: () => input.current?.focus(), when: () => session.actions.send },
  });
  const shown = { session, messages, state, store, activity: activity ?? null };
  return (
    <>
      {tab === "conversation" ? <Conversation {...shown} /> : <Terminal {...shown} />}
      {session.actions.send && <Composer ref={input} session={session} onSent={() => store.toEnd()} />}
    </>
  );
}

/** Who works, on what, and where all of its work lies. */
function About({ session }: { session: Session }) {
  return (
    <span className={style.about}>
      <span className="truncate">
        {session.tool}
        {session.model !== null && ` · ${session.model}`} · from {session.base_branch}
      </span>
      {session.run !== null && (
        <Link className={style.run} to={paths.run(session.project_slug, session.run)}>
          Run {session.run}
        </Link>
      )}
    </span>
  );
}
