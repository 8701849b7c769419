import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { SessionRow } from "@/api/generated/bindings";
import { useCallPages } from "@/api/queries";
import { Button } from "@/design/Button";
import { Page } from "@/design/Page";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { VirtualList, type VirtualListHandle } from "@/design/VirtualList";
import { paths } from "@/lib/links";
import { SessionMark } from "./SessionMark";
import style from "./SessionsPage.module.css";

const route = getRouteApi("/p/$slug/sessions");

/** All conversations with agents of a project, the newest first. */
export function SessionsPage() {
  const { slug } = route.useParams();
  const navigate = useNavigate();
  const { items, error, refetch, more } = useCallPages("session_list", { project: slug, states: [] });
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useRef<VirtualListHandle>(null);
  const filled = items !== undefined && items.length > 0;
  useEffect(() => {
    if (filled) list.current?.focus();
  }, [filled]);
  return (
    <Page crumbs={[{ title: "Sessions" }]}>
      {error && !items ? (
        <ErrorState title="The sessions could not be listed" error={error} onRetry={() => void refetch()} />
      ) : !items ? (
        <Skeleton rows={14} />
      ) : items.length === 0 ? (
        <EmptyState
          icon={<MessagesSquare size={20} aria-hidden />}
          title="No sessions yet"
          actions={<Button onClick={() => void navigate({ href: paths.inbox(slug) })}>Go to Triage</Button>}
        >
          A session is a conversation with an agent about an issue: it works in a sandbox, asks when it needs
          you, and goes on with your answer, even days later. Start one from the Run menu of an issue.
        </EmptyState>
      ) : (
        <VirtualList
          ref={list}
          label="Sessions"
          items={items}
          getKey={sessionKey}
          active={chosen ?? items[0]?.id ?? null}
          onActiveChange={setChosen}
          onOpen={(session) => void navigate({ href: paths.session(slug, session.number) })}
          onEndReached={more}
          renderRow={(session) => <Row session={session} />}
        />
      )}
    </Page>
  );
}

const sessionKey = (session: SessionRow) => session.id;

function Row({ session }: { session: SessionRow }) {
  return (
    <div className={style.row}>
      <span className={style.state}>
        <SessionMark session={session} />
      </span>
      <span className={style.number}>{session.number}</span>
      <span className={style.title} title={session.title}>
        {session.title}
      </span>
      {session.error !== null && (
        <span className={style.error} title={session.error}>
          {session.error}
        </span>
      )}
      <span className={style.tool}>{session.tool}</span>
      <span className={style.age}>
        <RelativeTime at={session.updated_at} />
      </span>
    </div>
  );
}
