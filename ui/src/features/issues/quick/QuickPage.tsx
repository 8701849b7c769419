import { ChevronDown, CircleCheck } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { readDraft, writeDraft } from "@/lib/drafts";
import { BODY_MAX_BYTES, bodyBytes, TITLE_MAX, titleLength } from "@/parts/issues/limits";
import { call } from "../../../api/client";
import type { Issue, Priority } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { Button } from "../../../design/Button";
import { Kbd } from "../../../design/Kbd";
import { Menu } from "../../../design/Menu";
import { EmptyState, ErrorNotice } from "../../../design/States";
import { StatusMark } from "../../../design/StatusMark";
import { lastProject } from "../../../lib/lastProject";
import { platform } from "../../../platform";
import { ChosenLabels, LabelChoice, PriorityChoice } from "../compose/Choices";
import style from "./QuickPage.module.css";

const PLACE = "quick";
const empty = { project: "", title: "", body: "", priority: "medium", labels: [] as string[] };
type Draft = typeof empty;

/**
 * The small window that files an issue from anywhere: opened by its global shortcut or from the tray. Escape closes it
 * and keeps what was typed.
 */
export function QuickPage() {
  const title = useRef<HTMLInputElement>(null);
  const projects = useCall("project_list", {}).data;
  const [draft, setDraft] = useState<Draft>(() => readDraft(PLACE, empty));
  const [fault, setFault] = useState<string | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [filed, setFiled] = useState<Issue | null>(null);
  // What the main window showed last is what an issue is most likely about.
  const project =
    projects?.find(({ slug }) => slug === draft.project) ??
    projects?.find(({ slug }) => slug === lastProject()) ??
    projects?.[0];
  const priority = draft.priority as Priority;

  useEffect(() => {
    document.title = "New issue – Waybill";
    const focus = () => title.current?.focus();
    focus();
    window.addEventListener("focus", focus);
    return () => window.removeEventListener("focus", focus);
  }, []);

  function keep(change: Partial<Draft>) {
    const next = { ...draft, ...change };
    setDraft(next);
    setFault(null);
    setRefused(null);
    setFiled(null);
    writeDraft(PLACE, next.title.trim() === "" && next.body.trim() === "" ? null : next);
  }

  async function file() {
    if (busy || !project) return;
    const wrong = faultOf(draft);
    setFault(wrong);
    if (wrong) {
      title.current?.focus();
      return;
    }
    setBusy(true);
    setRefused(null);
    try {
      const issue = await call("issue_create", {
        project: project.slug,
        title: draft.title.trim(),
        body: draft.body.trim(),
        priority,
        labels: draft.labels,
        attachments: [],
      });
      writeDraft(PLACE, null);
      setDraft({ ...empty, project: project.slug });
      setFiled(issue);
      title.current?.focus();
      await platform().closeQuick?.();
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(false);
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.defaultPrevented) return;
    const inTitle = event.target === title.current;
    if (event.key === "Enter" && (inTitle || event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      void file();
    } else if (event.key === "Escape") {
      event.preventDefault();
      setFiled(null);
      void platform().closeQuick?.();
    }
  }

  if (projects && !project) {
    return (
      <main className={style.page}>
        <EmptyState title="No project yet">
          Add a project in Waybill’s window; then issues can be filed from here.
        </EmptyState>
      </main>
    );
  }
  return (
    <main className={style.page} onKeyDown={onKeyDown}>
      <h1 className="visually-hidden">New issue</h1>
      <input
        ref={title}
        className={style.title}
        aria-label="Title"
        aria-invalid={fault !== null || undefined}
        aria-describedby="quick-said"
        placeholder="What is wrong or wanted, in one line"
        autoComplete="off"
        value={draft.title}
        onChange={(event) => keep({ title: event.target.value })}
      />
      <textarea
        className={style.body}
        aria-label="Description"
        placeholder="More, if one line is not enough (Markdown)"
        value={draft.body}
        onChange={(event) => keep({ body: event.target.value })}
      />
      <div id="quick-said" className={style.said} aria-live="polite">
        {fault ? (
          <span className={style.fault}>{fault}</span>
        ) : filed ? (
          <span className={style.filed}>
            <CircleCheck size={14} aria-hidden /> #{filed.number} filed: {filed.title}
          </span>
        ) : (
          project && <Similar project={project.slug} title={draft.title} />
        )}
      </div>
      {refused !== null && <ErrorNotice error={refused} />}
      <div className={style.foot}>
        <Menu
          side="top"
          trigger={
            <Button size="small" aria-label={`Project: ${project?.name ?? "none"}`}>
              <span className={style.project}>{project?.name ?? "…"}</span>
              <ChevronDown size={12} aria-hidden />
            </Button>
          }
          groups={[
            {
              items: (projects ?? []).map(({ slug, name }) => ({
                id: slug,
                title: name,
                checked: slug === project?.slug,
                // Labels are the project's own.
                onSelect: () => keep({ project: slug, labels: [] }),
              })),
            },
          ]}
        />
        <PriorityChoice priority={priority} onChange={(priority) => keep({ priority })} />
        {project && (
          <>
            <LabelChoice
              project={project.slug}
              names={draft.labels}
              onChange={(labels) => keep({ labels })}
            />
            <span className={style.labels}>
              <ChosenLabels
                project={project.slug}
                names={draft.labels}
                onChange={(labels) => keep({ labels })}
              />
            </span>
          </>
        )}
        <Button kind="primary" size="small" className={style.file} busy={busy} onClick={() => void file()}>
          File issue <Kbd keys="enter" />
        </Button>
      </div>
    </main>
  );
}

function faultOf({ title, body }: Draft): string | null {
  const length = titleLength(title);
  if (length === 0) return "Write one line that says what is wrong or wanted.";
  if (length > TITLE_MAX)
    return `The title is ${length - TITLE_MAX} letters too long; put the rest below it.`;
  return bodyBytes(body) > BODY_MAX_BYTES ? "The text is longer than 16 KB." : null;
}

/** A shorter title says too little to look for. */
const FEWEST_LETTERS = 3;
const MOST = 3;

/** What may say the same already; to be seen before it is filed twice. */
function Similar({ project, title }: { project: string; title: string }) {
  const typed = useDeferredValue(title.trim());
  const asked = typed.length >= FEWEST_LETTERS;
  const { data } = useCall(
    "issue_similar",
    { project, title: typed },
    { enabled: asked, keepPrevious: true },
  );
  if (!asked || !data || data.length === 0) return null;
  return (
    <ul className={style.similar} aria-label="Maybe the same">
      <li aria-hidden>Maybe the same</li>
      {data.slice(0, MOST).map((issue) => (
        <li key={issue.id}>
          <StatusMark status={issue.status} />
          <span>#{issue.number}</span>
          <span className="truncate">{issue.title}</span>
        </li>
      ))}
    </ul>
  );
}
