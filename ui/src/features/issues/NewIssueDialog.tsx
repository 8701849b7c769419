import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { readDraft, writeDraft } from "@/lib/drafts";
import { BODY_MAX_BYTES, bodyBytes, TITLE_MAX, titleLength } from "@/parts/issues/limits";
import { call } from "../../api/client";
import type { IssueBrief, Priority } from "../../api/generated/bindings";
import { queryKey } from "../../api/queries";
import { Button, IconButton } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Kbd } from "../../design/Kbd";
import { ErrorNotice } from "../../design/States";
import { StatusMark } from "../../design/StatusMark";
import { toast } from "../../design/toasts";
import { paths } from "../../lib/links";
import { ChosenLabels, LabelChoice, PriorityChoice } from "./compose/Choices";
import { SimilarIssues } from "./compose/SimilarIssues";
import { useUploads } from "./compose/useUploads";
import { MarkdownEditor } from "./MarkdownEditor";
import style from "./NewIssueDialog.module.css";

interface NewIssueDialogProps {
  project: string;
  /** The issue that the new one becomes a child of. */
  parent?: IssueBrief;
  onClose: () => void;
}

const empty = {
  title: "",
  body: "",
  priority: "medium",
  labels: [] as string[],
  attachments: [] as string[],
};
type Draft = typeof empty;

/** Near the limit the letters that are left are counted. */
const COUNT_FROM = TITLE_MAX - 40;

/** Files an issue from anywhere. What was typed is kept when it is closed by accident. */
export function NewIssueDialog({ project, parent: offered, onClose }: NewIssueDialogProps) {
  const client = useQueryClient();
  const router = useRouter();
  const title = useRef<HTMLInputElement>(null);
  const [parent, setParent] = useState(offered ?? null);
  const uploads = useUploads(project);
  const place = offered ? `issue.${project}.${offered.number}` : `issue.${project}`;
  const [draft, setDraft] = useState<Draft>(() => readDraft(place, empty));
  const [missing, setMissing] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const length = titleLength(draft.title);

  const latest = useRef(draft);

  function keep(change: Partial<Draft>) {
    const next = { ...latest.current, ...change };
    latest.current = next;
    setDraft(next);
    setRefused(null);
    const typed = next.title.trim() !== "" || next.body.trim() !== "";
    writeDraft(place, typed ? next : null);
  }

  async function file() {
    if (busy) return;
    if (length === 0 || length > TITLE_MAX) {
      setMissing(length === 0);
      title.current?.focus();
      return;
    }
    // A picture that is still on its way belongs into this issue.
    if (bodyBytes(draft.body) > BODY_MAX_BYTES || uploads.items.length > 0) return;
    setBusy(true);
    try {
      const priority = draft.priority as Priority;
      const issue = await call("issue_create", {
        project,
        title: draft.title.trim(),
        body: draft.body.trim(),
        priority,
        labels: draft.labels,
        // What the text shows no more was not meant to be kept.
        attachments: draft.attachments.filter((id) => draft.body.includes(`attachment:${id}`)),
        ...(parent ? { parent: parent.number } : {}),
      });
      writeDraft(place, null);
      client.setQueryData(queryKey("issue_get", { project, number: issue.number }), issue);
      onClose();
      toast({
        title: `#${issue.number} filed`,
        text: issue.title,
        action: {
          title: "Open",
          run: () => void router.navigate({ href: paths.issue(project, issue.number) }),
        },
      });
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    if (event.metaKey || event.ctrlKey) {
      event.preventDefault();
      void file();
    }
  }

  const fault =
    length > TITLE_MAX
      ? `The title is ${length - TITLE_MAX} letters too long; put the rest into the text.`
      : missing && length === 0
        ? "Write one line that says what is wrong or wanted."
        : null;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={offered ? "New child issue" : "New issue"}
      focus={title}
      foot={
        <>
          <div className={style.choices}>
            <PriorityChoice
              priority={draft.priority as Priority}
              onChange={(priority) => keep({ priority })}
            />
            <LabelChoice project={project} names={draft.labels} onChange={(labels) => keep({ labels })} />
            <ChosenLabels project={project} names={draft.labels} onChange={(labels) => keep({ labels })} />
          </div>
          <Button kind="primary" busy={busy} disabled={uploads.items.length > 0} onClick={() => void file()}>
            File issue <Kbd keys="$mod+enter" />
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears Ctrl/⌘ and Enter from its fields */}
      <div className={style.form} onKeyDown={onKeyDown}>
        {parent && (
          <div className={style.parent}>
            <span className={style.of}>Child of</span>
            <StatusMark status={parent.status} />
            <span className={style.of}>#{parent.number}</span>
            <span className="truncate">{parent.title}</span>
            <IconButton label="No parent" size="small" onClick={() => setParent(null)}>
              <X size={14} />
            </IconButton>
          </div>
        )}
        <div>
          <input
            ref={title}
            className={style.title}
            aria-label="Title"
            aria-invalid={fault !== null || undefined}
            aria-describedby="new-issue-said"
            placeholder="What is wrong or wanted, in one line"
            autoComplete="off"
            value={draft.title}
            onChange={(event) => keep({ title: event.target.value })}
          />
          <div id="new-issue-said" className={style.said} aria-live="polite">
            {fault ? (
              <span className={style.fault}>{fault}</span>
            ) : (
              length > COUNT_FROM && <span className={style.left}>{TITLE_MAX - length} left</span>
            )}
          </div>
        </div>
        <SimilarIssues project={project} title={draft.title} except={parent?.number} onOpen={onClose} />
        <MarkdownEditor
          label="Description"
          slug={project}
          value={draft.body}
          onChange={(body) => keep({ body })}
          uploads={uploads}
          onAttached={({ id }) => keep({ attachments: [...latest.current.attachments, id] })}
          onSubmit={() => void file()}
          placeholder="What happens, what should happen, how to see it"
          rows={7}
        />
        {refused !== null && <ErrorNotice error={refused} />}
      </div>
    </Dialog>
  );
}
