import { Pencil } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { readDraft, writeDraft } from "@/lib/drafts";
import { BODY_MAX_BYTES, bodyBytes } from "@/parts/issues/limits";
import type { Issue } from "../../../api/generated/bindings";
import { Button, IconButton } from "../../../design/Button";
import { Dialog } from "../../../design/Dialog";
import { Kbd } from "../../../design/Kbd";
import { Markdown } from "../../../design/Markdown";
import { type Uploads, useUploads } from "../compose/useUploads";
import { MarkdownEditor } from "../MarkdownEditor";
import style from "./Body.module.css";

interface BodyProps {
  issue: Issue;
  /** Answers whether it was saved. */
  onSave: (body: string) => Promise<boolean>;
}

/** The text of an issue, and its editor. */
export function Body({ issue, onSave }: BodyProps) {
  const uploads = useUploads(issue.project_slug, issue.number);
  const place = `body.${issue.project_slug}.${issue.number}`;
  const [draft, setDraft] = useState<string | null>(() => readDraft(place, { body: "" }).body || null);

  function keep(next: string | null) {
    setDraft(next);
    writeDraft(place, next === null || next === issue.body ? null : { body: next });
  }

  async function save() {
    // A picture that is still on its way belongs into this text.
    if (draft === null || bodyBytes(draft) > BODY_MAX_BYTES || uploads.items.length > 0) return;
    const text = draft;
    keep(null);
    if (text !== issue.body && !(await onSave(text))) keep(text);
  }

  if (draft !== null) {
    return (
      <BodyEdit
        slug={issue.project_slug}
        uploads={uploads}
        value={draft}
        onChange={keep}
        onSave={() => void save()}
        onCancel={() => keep(null)}
      />
    );
  }
  if (issue.body.trim() === "") {
    return (
      <Button kind="quiet" size="small" className={style.add} onClick={() => keep(issue.body)}>
        Add a description
      </Button>
    );
  }
  return (
    <section className={style.body} aria-label="Description">
      <Markdown text={issue.body} slug={issue.project_slug} />
      <IconButton
        label="Edit the text"
        size="small"
        kind="secondary"
        className={style.pencil}
        onClick={() => keep(issue.body)}
      >
        <Pencil size={14} />
      </IconButton>
    </section>
  );
}

interface BodyEditProps {
  slug: string;
  uploads: Uploads;
  value: string;
  onChange: (value: string) => void;
  onSave: () => void;
  onCancel: () => void;
}

function BodyEdit({ slug, uploads, value, onChange, onSave, onCancel }: BodyEditProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus();
  }, []);
  return (
    <MarkdownEditor
      ref={area}
      label="Description"
      slug={slug}
      uploads={uploads}
      value={value}
      onChange={onChange}
      onSubmit={onSave}
      onCancel={onCancel}
      rows={10}
      note="Markdown; #42 links to that issue"
      actions={
        <>
          <Button kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
          <Button
            kind="primary"
            disabled={bodyBytes(value) > BODY_MAX_BYTES || uploads.items.length > 0}
            onClick={onSave}
          >
            Save <Kbd keys="$mod+enter" />
          </Button>
        </>
      }
    />
  );
}

/** Says that the text is not the one that was filed, and shows that one. */
export function EditedBadge({ issue }: { issue: Issue }) {
  const [open, setOpen] = useState(false);
  if (issue.original_body === null) return null;
  return (
    <>
      <button type="button" className={style.badge} onClick={() => setOpen(true)}>
        Edited by operator
      </button>
      <Dialog
        wide
        open={open}
        onClose={() => setOpen(false)}
        title="As it was filed"
        description={`The text of #${issue.number} before its first edit.`}
      >
        {issue.original_body.trim() === "" ? (
          <p>It was filed without a text.</p>
        ) : (
          <Markdown text={issue.original_body} slug={issue.project_slug} />
        )}
      </Dialog>
    </>
  );
}
