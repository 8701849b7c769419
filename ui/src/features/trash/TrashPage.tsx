import { CircleDot, FolderGit2, Play, RotateCcw, Trash2, UserRound, Workflow } from "lucide-react";
import { useRef, useState } from "react";
import { entryOf, keysOf } from "@/actions/catalogue";
import { useActions } from "@/actions/useActions";
import type { TrashItem } from "@/api/generated/bindings";
import { useCall, useCallPages } from "@/api/queries";
import { Author } from "@/design/Author";
import { Button } from "@/design/Button";
import { Kbd } from "@/design/Kbd";
import { Page } from "@/design/Page";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { VirtualList, type VirtualListHandle } from "@/design/VirtualList";
import style from "./TrashPage.module.css";
import { daysLeft, isBack, titleOf } from "./trash";
import { useRestore } from "./useRestore";

/** What was removed, and can be had back. */
export function TrashPage() {
  const { items, error, refetch, more } = useCallPages("trash_list", {});
  const projects = useCall("project_list", {}).data ?? [];
  const list = useRef<VirtualListHandle>(null);
  const [active, setActive] = useState<string | null>(null);
  const { restore, restored } = useRestore();
  const shown = items?.filter((item) => !isBack(item, restored));
  const chosen = shown?.find((item) => item.id === active) ?? shown?.[0];
  useActions({
    "list.restore": { when: () => chosen !== undefined, run: () => chosen && void restore(chosen) },
  });
  return (
    <Page crumbs={[{ title: "Recently removed" }]}>
      {error ? (
        <ErrorState
          title="What was removed could not be loaded"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : !shown ? (
        <Skeleton />
      ) : shown.length === 0 ? (
        <EmptyState icon={<Trash2 size={20} aria-hidden />} title="Nothing was removed">
          <p>
            What you remove comes here first: issues, runs, workflows, personas and projects, whole, for 30
            days. Nothing outside Waybill’s own folder is ever deleted.
          </p>
          <p>
            <Kbd keys={keysOf("issue.remove") ?? ""} /> removes an issue, <Kbd keys="z" /> takes it back at
            once.
          </p>
        </EmptyState>
      ) : (
        <>
          <p className={style.intro}>
            Kept whole for 30 days, then gone for good. <Kbd keys={keysOf("list.restore") ?? ""} /> restores.
          </p>
          <VirtualList
            ref={list}
            label="Recently removed"
            items={shown}
            getKey={keyOf}
            active={chosen?.id ?? null}
            onActiveChange={setActive}
            // A press only chooses: restoring is said with its button or key.
            onOpen={(item) => setActive(item.id)}
            onEndReached={more}
            renderRow={(item, { active: here }) => (
              <Row
                item={item}
                project={projects.find((each) => each.slug === item.project_slug)?.name ?? item.project_slug}
                here={here}
                onRestore={() => void restore(item)}
              />
            )}
          />
        </>
      )}
    </Page>
  );
}

function keyOf(item: TrashItem): string {
  return item.id;
}

const icons = { issue: CircleDot, run: Play, project: FolderGit2, persona: UserRound, workflow: Workflow };

interface RowProps {
  item: TrashItem;
  project: string;
  here: boolean;
  onRestore: () => void;
}

function Row({ item, project, here, onRestore }: RowProps) {
  const Icon = icons[item.kind];
  return (
    <div className={style.row}>
      <Icon size={16} aria-hidden className={style.icon} />
      <span className={style.title} title={titleOf(item)}>
        {titleOf(item)}
      </span>
      {item.kind !== "project" && <span className={style.project}>{project}</span>}
      <span className={style.author}>
        <Author author={item.removed_by} />
      </span>
      <span className={style.age}>
        <RelativeTime at={item.removed_at} />
      </span>
      <span className={style.left}>{daysLeft(item.gone_at, Date.now())}</span>
      <Button
        size="small"
        kind={here ? "secondary" : "quiet"}
        icon={<RotateCcw size={12} aria-hidden />}
        aria-label={`${entryOf("list.restore").title} ${titleOf(item)}`}
        tabIndex={-1}
        onClick={(event) => {
          event.preventDefault();
          onRestore();
        }}
      >
        Restore
      </Button>
    </div>
  );
}
