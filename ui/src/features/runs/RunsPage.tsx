import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { ActionButton } from "@/actions/ActionButton";
import { runAction } from "@/actions/registry";
import type { RunRow as RunRowData } from "@/api/generated/bindings";
import { useCallPages } from "@/api/queries";
import { Button } from "@/design/Button";
import { Page } from "@/design/Page";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { VirtualList, type VirtualListHandle } from "@/design/VirtualList";
import { useKept } from "@/lib/kept";
import { paths } from "@/lib/links";
import { type RunView, statusesOf, viewOf } from "./list/filters";
import { RunFilters } from "./list/RunFilters";
import { RunRow } from "./list/RunRow";

const route = getRouteApi("/p/$slug/runs");
const isKey = (value: unknown): value is string => typeof value === "string";

/** All runs of a project, newest first. */
export function RunsPage() {
  const { slug } = route.useParams();
  const { status } = route.useSearch();
  const navigate = useNavigate();
  const statuses = useMemo(() => statusesOf(status), [status]);
  const view = viewOf(statuses);
  const { items, error, refetch, more } = useCallPages(
    "run_list",
    { project: slug, statuses },
    { keepPrevious: true },
  );
  const [kept, setKept] = useKept<string>(`runs.active.${slug}`, "", isKey);
  const [active, setActive] = useState<string | null>(kept || null);
  const list = useRef<VirtualListHandle>(null);
  const isListed = items !== undefined && items.length > 0;
  useEffect(() => {
    if (isListed) list.current?.focus();
  }, [isListed]);

  const current =
    active !== null && items?.some((run) => run.id === active) ? active : (items?.[0]?.id ?? null);
  const activate = (id: string) => {
    setActive(id);
    setKept(id);
  };
  return (
    <Page
      crumbs={[{ title: "Runs" }]}
      filters={<RunFilters slug={slug} view={view} />}
      actions={
        <ActionButton action="run.new" icon={<Play size={14} aria-hidden />}>
          New run
        </ActionButton>
      }
    >
      {error && !items ? (
        <ErrorState title="The runs could not be listed" error={error} onRetry={() => void refetch()} />
      ) : !items ? (
        <Skeleton rows={14} />
      ) : items.length === 0 ? (
        <NoRuns slug={slug} view={view} />
      ) : (
        <VirtualList
          ref={list}
          label="Runs"
          items={items}
          getKey={runKey}
          renderRow={(run) => <RunRow run={run} />}
          active={current}
          onActiveChange={activate}
          onOpen={(run) => void navigate({ href: paths.run(slug, run.number) })}
          onEndReached={more}
        />
      )}
    </Page>
  );
}

const runKey = (run: RunRowData) => run.id;

function NoRuns({ slug, view }: { slug: string; view: RunView | null }) {
  const navigate = useNavigate();
  if (view?.status !== undefined || !view) {
    return (
      <EmptyState
        icon={<Play size={20} aria-hidden />}
        title={view?.none ?? "No such runs"}
        actions={<Button onClick={() => void navigate({ href: paths.runs(slug) })}>Show all runs</Button>}
      >
        {view?.about}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Play size={20} aria-hidden />}
      title="No runs yet"
      actions={
        <>
          <Button kind="primary" onClick={() => runAction("run.new")}>
            New run
          </Button>
          <Button onClick={() => void navigate({ href: paths.inbox(slug) })}>Go to Triage</Button>
        </>
      }
    >
      A run hands work to a coding agent. It works in a sandbox on a copy of your repository, and what it
      changes comes back as a branch for you to review. Start one from an issue, or from a prompt of your own.
    </EmptyState>
  );
}
