import {
  ArrowRight,
  ChevronDown,
  ChevronUp,
  Columns2,
  Copy,
  GitCompare,
  Trash2,
  WrapText,
} from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { ActionIconButton } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import type { DiffFile, Run } from "@/api/generated/bindings";
import { Button, IconButton } from "@/design/Button";
import { copyWithToast } from "@/design/copy";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { Checkbox } from "@/design/Toggle";
import { useKept } from "@/lib/kept";
import { useMedia, WIDE } from "@/lib/media";
import { counted } from "@/lib/numbers";
import type { LineReview } from "./DiffLineView";
import style from "./DiffPanel.module.css";
import { DiffSheet, MOST_SPLIT_LINES } from "./DiffSheet";
import { KindMark, LineCounts } from "./FileList";
import { MergeLine } from "./MergeLine";
import type { DiffState } from "./useDiff";

interface DiffPanelProps {
  run: Run;
  state: DiffState;
  /** What can be said of the lines of a file; absent: nothing. */
  reviewOf?: ((path: string) => LineReview) | undefined;
}

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
/** So far `j` and `k` scroll: three lines. */
const SCROLL_PX = 60;

/** The changes of the chosen file, and how the branch stands to its base. */
export function DiffPanel({ run, state, reviewOf }: DiffPanelProps) {
  const { diff, error, file, viewed, step } = state;
  const wide = useMedia(WIDE);
  const [wrap, setWrap] = useKept("diff.wrap", false, isBoolean);
  const [split, setSplit] = useKept("diff.split", false, isBoolean);
  const scroller = useRef<HTMLDivElement>(null);
  const isViewed = file !== null && viewed.has(file.path);
  const path = file?.path;
  const review = useMemo(() => (path === undefined ? undefined : reviewOf?.(path)), [reviewOf, path]);
  const toggleViewed = () => {
    if (!file) return;
    state.setViewed(file.path, !isViewed);
    if (!isViewed) step(1);
  };

  useActions({
    "diff.next-file": () => step(1),
    "diff.previous-file": () => step(-1),
    "diff.viewed": toggleViewed,
    "diff.layout": { run: () => setSplit(!split), when: () => wide },
  });
  useScrollKeys(scroller);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file begins at its top
  useEffect(() => {
    // Without braces its promise, which newer browsers give, would be taken for a clean-up.
    void scroller.current?.scrollTo({ top: 0, left: 0 });
  }, [file?.path, diff?.head_commit]);

  if (run.delivery === "discarded") return <Discarded run={run} />;
  if (!state.exists) return <NoDiff run={run} />;
  if (error)
    return <ErrorState title="The changes could not be read" error={error} onRetry={state.refetch} />;
  if (!diff) return <Skeleton rows={12} />;
  if (!file) return <NoDiff run={run} />;

  const files = diff.files;
  const next = files[files.indexOf(file) + 1];
  const tooLong = file.lines_added + file.lines_removed > MOST_SPLIT_LINES;
  return (
    <div className={style.panel}>
      {state.lane === null && <MergeLine run={run} />}
      <div className={style.head}>
        <FileTitle file={file} />
        <div className={style.tools}>
          <Checkbox checked={isViewed} onChange={toggleViewed} label="Viewed" />
          <IconButton
            label={wrap ? "Scroll long lines" : "Wrap long lines"}
            size="small"
            aria-pressed={wrap}
            onClick={() => setWrap(!wrap)}
          >
            <WrapText size={16} />
          </IconButton>
          {wide && (
            <ActionIconButton
              action="diff.layout"
              label={tooLong ? "Too long to show side by side" : split ? "Show unified" : "Show side by side"}
              size="small"
              aria-pressed={split}
              disabled={tooLong}
            >
              <Columns2 size={16} />
            </ActionIconButton>
          )}
          <ActionIconButton action="diff.previous-file" size="small" disabled={files.indexOf(file) === 0}>
            <ChevronUp size={16} />
          </ActionIconButton>
          <ActionIconButton action="diff.next-file" size="small" disabled={!next}>
            <ChevronDown size={16} />
          </ActionIconButton>
        </div>
      </div>
      <section
        ref={scroller}
        className={style.scroller}
        aria-label={`Changes of ${file.path}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        data-diff
      >
        <DiffSheet
          key={`${diff.head_commit}.${state.lane}.${file.path}`}
          project={run.project_slug}
          number={run.number}
          lane={state.lane}
          file={file}
          wrap={wrap}
          split={split && wide && !tooLong}
          scroller={scroller}
          review={review}
          end={
            next && (
              <div className={style.end}>
                <Button kind="quiet" icon={<ChevronDown size={14} aria-hidden />} onClick={() => step(1)}>
                  Next file: {next.path}
                </Button>
              </div>
            )
          }
        />
      </section>
    </div>
  );
}

function FileTitle({ file }: { file: DiffFile }) {
  return (
    <div className={style.file}>
      <KindMark kind={file.kind} />
      <h2 className={style.path} title={file.path}>
        <bdi>
          {file.old_path && file.old_path !== file.path && (
            <>
              <span className={style.old}>{file.old_path}</span>
              <ArrowRight size={12} aria-label="renamed to" className={style.arrow} />
            </>
          )}
          {file.path}
        </bdi>
      </h2>
      <IconButton label="Copy path" size="small" onClick={() => copyWithToast(file.path, "Path copied")}>
        <Copy size={14} />
      </IconButton>
      <LineCounts file={file} />
    </div>
  );
}

function Discarded({ run }: { run: Run }) {
  return (
    <EmptyState icon={<Trash2 size={20} aria-hidden />} title="The branch was discarded">
      Its changes to {counted(run.files_changed, "file")} are no longer in your repository, and{" "}
      {run.base_branch} never had them.
      {run.branch && run.head_commit && (
        <>
          {" "}
          Until git cleans up, they can be had back with{" "}
          <code className={style.command}>
            git branch {run.branch} {run.head_commit.slice(0, 12)}
          </code>
        </>
      )}
    </EmptyState>
  );
}

function NoDiff({ run }: { run: Run }) {
  const working = run.status === "pending" || run.status === "running";
  return (
    <EmptyState
      icon={<GitCompare size={20} aria-hidden />}
      title={working ? "No changes yet" : "Nothing was changed"}
    >
      {working
        ? "What the agent changes is committed to a branch of its own when its step ends, and shown here for review. Your files stay as they are."
        : run.status === "completed"
          ? "The agent finished without changing a file, so there is nothing to review or to merge."
          : "The run ended before it changed a file. Your repository is as it was."}
    </EmptyState>
  );
}

/** `j` and `k` scroll the changes from anywhere on the page, also while they are held down. */
function useScrollKeys(scroller: { readonly current: HTMLElement | null }) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.key !== "j" && event.key !== "k") return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, textarea, [contenteditable="true"], [role="dialog"], [role="menu"]'))
        return;
      scroller.current?.scrollBy({ top: event.key === "j" ? SCROLL_PX : -SCROLL_PX });
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [scroller]);
}
