import { useQueryClient } from "@tanstack/react-query";
import { type Ref, useState } from "react";
import { readDraft, writeDraft } from "@/lib/drafts";
import { BODY_MAX_BYTES, bodyBytes } from "@/parts/issues/limits";
import { Button } from "../../../design/Button";
import { Kbd } from "../../../design/Kbd";
import { comment } from "../comments";
import { useUploads } from "../compose/useUploads";
import { MarkdownEditor } from "../MarkdownEditor";
import { VisibilityMenu } from "./VisibilityMenu";

interface CommentBoxProps {
  project: string;
  number: number;
  ref?: Ref<HTMLTextAreaElement>;
}

const empty = { body: "", internal: false };

/** Where a comment or an internal note is written. What is not sent stays for later. */
export function CommentBox({ project, number, ref }: CommentBoxProps) {
  const client = useQueryClient();
  const uploads = useUploads(project, number);
  const place = `comment.${project}.${number}`;
  const [draft, setDraft] = useState(() => readDraft(place, empty));
  // A picture that is still on its way belongs into this comment.
  const fits =
    draft.body.trim() !== "" && bodyBytes(draft.body) <= BODY_MAX_BYTES && uploads.items.length === 0;

  function keep(next: typeof empty) {
    setDraft(next);
    writeDraft(place, next.body === "" && !next.internal ? null : next);
  }

  async function send() {
    if (!fits) return;
    const sent = draft;
    keep(empty);
    const kept = await comment(
      client,
      project,
      number,
      sent.body.trim(),
      sent.internal ? "operator_only" : "all",
    );
    if (kept) return;
    // What was typed meanwhile follows what could not be sent; neither is lost.
    const since = readDraft(place, empty).body;
    keep({ ...sent, body: since === "" ? sent.body : `${sent.body}\n\n${since}` });
  }

  return (
    <MarkdownEditor
      ref={ref ?? null}
      label={draft.internal ? "Internal note" : "Comment"}
      slug={project}
      uploads={uploads}
      value={draft.body}
      onChange={(body) => keep({ ...draft, body })}
      onSubmit={() => void send()}
      onCancel={leave}
      placeholder={draft.internal ? "Write a note that only you see" : "Write a comment"}
      rows={3}
      tinted={draft.internal}
      note={
        <VisibilityMenu
          visibility={draft.internal ? "operator_only" : "all"}
          onChange={(visibility) => keep({ ...draft, internal: visibility === "operator_only" })}
        />
      }
      actions={
        <Button kind="secondary" disabled={!fits} onClick={() => void send()}>
          {draft.internal ? "Add note" : "Comment"} <Kbd keys="$mod+enter" />
        </Button>
      }
    />
  );
}

/** Escape leaves the box for what is around it, where keys are actions again; the next one closes that. */
function leave() {
  document.activeElement?.parentElement?.closest<HTMLElement>('[tabindex="-1"]')?.focus();
}
