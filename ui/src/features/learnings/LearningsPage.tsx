import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Check, Copy, GraduationCap, Plus, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ActionButton } from "@/actions/ActionButton";
import { keysOf } from "@/actions/catalogue";
import { useActions } from "@/actions/useActions";
import type { Learning, LearningStatus } from "@/api/generated/bindings";
import { allLearningStatus } from "@/api/generated/bindings";
import { useCall, useCallPages } from "@/api/queries";
import { Button } from "@/design/Button";
import { Kbd } from "@/design/Kbd";
import { Page } from "@/design/Page";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { VirtualList, type VirtualListHandle } from "@/design/VirtualList";
import { paths } from "@/lib/links";
import { useMedia, WIDE } from "@/lib/media";
import { grouped } from "@/lib/numbers";
import { LearningDetail } from "./LearningDetail";
import { LearningDialog } from "./LearningDialog";
import style from "./Learnings.module.css";
import { PlaceTabs } from "./PlaceTabs";
import { SeverityMark } from "./SeverityMark";
import { useDecide } from "./useDecide";
import { categoryWord, statusWord } from "./words";

const route = getRouteApi("/p/$slug/learnings");

/** The review of what was learnt: a list for the keyboard, with the learning that it is at beside it. */
export function LearningsPage() {
  const { slug } = route.useParams();
  const { status = "pending" } = route.useSearch();
  const navigate = useNavigate();
  const wide = useMedia(WIDE);
  const { items, error, refetch, more } = useCallPages("learning_list", { project: slug, status });
  const { data: counts } = useCall("learning_counts", { project: slug });
  const { shown, decide } = useDecide(slug, status, items);
  const list = useRef<VirtualListHandle>(null);
  const [active, setActive] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [editing, setEditing] = useState<Learning | "new" | null>(null);
  const [open, setOpen] = useState(false);
  const at = shown?.findIndex((learning) => keyOf(learning) === active) ?? -1;
  const chosen = shown?.[at < 0 ? 0 : at];
  const filled = shown !== undefined && shown.length > 0;
  useEffect(() => {
    if (filled) list.current?.focus();
  }, [filled]);

  /** Decides about the marked learnings, or the one that the list is at, and goes on with the next. */
  function act(decision: "approve" | "reject" | "reopen") {
    if (!shown || !chosen) return;
    const marked = shown.filter((learning) => selected.has(keyOf(learning)));
    const about = marked.length > 0 ? marked : [chosen];
    const gone = new Set(about.map(keyOf));
    const from = shown.indexOf(chosen);
    const next = shown.slice(from).find((learning) => !gone.has(keyOf(learning)));
    const before = shown.slice(0, from).findLast((learning) => !gone.has(keyOf(learning)));
    setActive(keyOf(next ?? before ?? chosen));
    setSelected(new Set());
    void decide(
      about.map(({ number }) => number),
      decision,
    );
  }

  const there = () => chosen !== undefined;
  const show = (next: LearningStatus) => {
    setSelected(new Set());
    setActive(null);
    void navigate({ to: paths.learnings(slug), search: next === "pending" ? {} : { status: next } });
  };
  useActions({
    "learning.approve": { when: () => there() && status !== "approved", run: () => act("approve") },
    "learning.reject": { when: () => there() && status !== "rejected", run: () => act("reject") },
    "learning.reopen": { when: () => there() && status !== "pending", run: () => act("reopen") },
    "learning.edit": { when: there, run: () => chosen && setEditing(chosen) },
    "learning.new": () => setEditing("new"),
    "learning.pending": () => show("pending"),
    "learning.approved": () => show("approved"),
    "learning.rejected": () => show("rejected"),
    "list.close": { when: () => open && !wide, run: () => setOpen(false) },
  });

  const detail = chosen && (wide || open) && (
    <LearningDetail slug={slug} learning={chosen} onClose={wide ? undefined : () => setOpen(false)} />
  );
  return (
    <Page
      crumbs={[{ title: "Learnings" }]}
      filters={<PlaceTabs slug={slug} />}
      actions={
        <ActionButton action="learning.new" icon={<Plus size={14} aria-hidden />}>
          New
        </ActionButton>
      }
    >
      <nav className={style.filters} aria-label="Filter by status">
        {allLearningStatus.map((each) => (
          <button
            key={each}
            type="button"
            className={style.filter}
            aria-pressed={each === status}
            onClick={() => show(each)}
          >
            {statusWord[each]}
            {counts && <span className={style.count}>{grouped(counts[each])}</span>}
          </button>
        ))}
      </nav>
      {error && !shown ? (
        <ErrorState title="The learnings could not be listed" error={error} onRetry={() => void refetch()} />
      ) : !shown ? (
        <Skeleton rows={14} />
      ) : shown.length === 0 ? (
        <NoLearnings status={status} onNew={() => setEditing("new")} />
      ) : (
        <div className={style.split}>
          <div className={style.list} hidden={Boolean(detail) && !wide}>
            <VirtualList
              ref={list}
              label="Learnings"
              items={shown}
              getKey={keyOf}
              active={chosen ? keyOf(chosen) : null}
              onActiveChange={setActive}
              onOpen={() => setOpen(true)}
              selected={selected}
              onSelectedChange={setSelected}
              onEndReached={more}
              renderRow={(learning) => <Row learning={learning} />}
            />
            <Keys status={status} />
          </div>
          {detail}
        </div>
      )}
      {editing && (
        <LearningDialog
          slug={slug}
          learning={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}

const keyOf = (learning: Learning) => String(learning.number);

function Row({ learning }: { learning: Learning }) {
  const like = learning.similar[0];
  return (
    <div className={style.row}>
      <SeverityMark severity={learning.severity} compact />
      <span className={style.number}>{learning.number}</span>
      <span className={style.title} title={learning.description}>
        {learning.description}
      </span>
      {like && (
        <span className={style.like} title={`Much like learning ${like.number}: ${like.description}`}>
          <Copy size={12} aria-hidden />
          like {like.number}
        </span>
      )}
      <span className={style.category}>{categoryWord[learning.category]}</span>
      <span className={style.age}>
        <RelativeTime at={learning.created_at} />
      </span>
    </div>
  );
}

/** The keys that matter here, as the list of issues shows its own. */
function Keys({ status }: { status: LearningStatus }) {
  const words = [
    ...(status === "approved" ? [] : [["learning.approve", "approve"] as const]),
    ...(status === "rejected" ? [] : [["learning.reject", "reject"] as const]),
    ...(status === "pending" ? [] : [["learning.reopen", "back to the review"] as const]),
    ["learning.edit", "edit"] as const,
    ["undo", "undo"] as const,
  ];
  return (
    <div className={style.keys}>
      {words.map(([action, word]) => (
        <span key={action}>
          <Kbd keys={keysOf(action) ?? ""} /> {word}
        </span>
      ))}
    </div>
  );
}

function NoLearnings({ status, onNew }: { status: LearningStatus; onNew: () => void }) {
  if (status === "approved") {
    return (
      <EmptyState icon={<Check size={20} aria-hidden />} title="Nothing is approved yet">
        What you approve in the review is here, ready to be compiled for the roles that it is for.
      </EmptyState>
    );
  }
  if (status === "rejected") {
    return (
      <EmptyState icon={<X size={20} aria-hidden />} title="Nothing was rejected">
        What you reject stays here, so that it is recognised when it comes again.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<GraduationCap size={20} aria-hidden />}
      title="Nothing waits for review"
      actions={
        <Button kind="primary" onClick={onNew}>
          Write down a learning
        </Button>
      }
    >
      A learning is what work in this project taught: when it counts, and what to do then. You approve it, and
      compile what is approved into what the agents of a role are told.
    </EmptyState>
  );
}
