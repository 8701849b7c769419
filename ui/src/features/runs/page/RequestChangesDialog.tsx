import { X } from "lucide-react";
import { type FormEvent, useId, useRef, useState } from "react";
import type { LineComment, Run } from "@/api/generated/bindings";
import { Button, IconButton } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, TextArea } from "@/design/Field";
import { Kbd } from "@/design/Kbd";
import { ErrorNotice } from "@/design/States";
import { toast } from "@/design/toasts";
import { matches, parseKeys } from "@/lib/keys";
import { useRunCommand } from "@/parts/useRunCommand";
import style from "./RequestChangesDialog.module.css";
import type { Review } from "./useReview";

const SUBMIT = "$mod+enter";

/** Sends the change back to the agent that made it, with what is wanted; mounted means open. */
export function RequestChangesDialog({ run, review }: { run: Run; review: Review }) {
  const form = useId();
  const general = useRef<HTMLTextAreaElement>(null);
  const last = useRef<HTMLTextAreaElement>(null);
  const [missing, setMissing] = useState(false);
  const send = useRunCommand("run_request_changes", run, "The changes could not be requested", () => {
    review.clear();
    review.setOpen(false);
    toast({ title: "The changes were requested", text: "The agent goes on in its own session." });
  });
  const said = review.comments.filter((comment) => comment.text.trim() !== "");
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (review.text.trim() === "" && said.length === 0) {
      setMissing(true);
      general.current?.focus();
      return;
    }
    send.mutate({ text: review.text.trim(), comments: said });
  };
  const { comments } = review;
  return (
    <Dialog
      open
      wide
      onClose={() => review.setOpen(false)}
      title="Request changes"
      description="The agent that made the change gets this in its own session, and what comes after it in the workflow follows again."
      focus={comments.length > 0 ? last : general}
      foot={
        <>
          <Button onClick={() => review.setOpen(false)}>Close</Button>
          <Button kind="primary" type="submit" form={form} busy={send.isPending}>
            Request changes <Kbd keys={SUBMIT} />
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={style.form}
        onSubmit={submit}
        onKeyDown={(event) => {
          const press = parseKeys(SUBMIT)[0];
          if (press && matches(press, event.nativeEvent)) submit(event);
        }}
      >
        {comments.map((comment, index) => (
          <CommentField
            // biome-ignore lint/suspicious/noArrayIndexKey: a comment keeps its place until it is removed
            key={index}
            field={index === comments.length - 1 ? last : undefined}
            comment={comment}
            onChange={(text) => review.setComment(index, { ...comment, text })}
            onRemove={() => review.removeComment(index)}
          />
        ))}
        <Field
          label="In general"
          optional={comments.length > 0}
          error={missing ? "Say what is to be changed." : undefined}
        >
          <TextArea
            ref={general}
            rows={4}
            value={review.text}
            placeholder="What is wrong or missing, and how you would know that it is mended"
            onChange={(event) => {
              review.setText(event.target.value);
              setMissing(false);
            }}
          />
        </Field>
        {send.error && <ErrorNotice error={send.error} />}
      </form>
    </Dialog>
  );
}

interface CommentFieldProps {
  comment: LineComment;
  field: React.RefObject<HTMLTextAreaElement | null> | undefined;
  onChange: (text: string) => void;
  onRemove: () => void;
}

function CommentField({ comment, field, onChange, onRemove }: CommentFieldProps) {
  const place = comment.line === undefined ? comment.file : `${comment.file}:${comment.line}`;
  return (
    <div className={style.comment}>
      <Field label={place}>
        <TextArea
          ref={field}
          rows={2}
          value={comment.text}
          onChange={(event) => onChange(event.target.value)}
        />
      </Field>
      <IconButton label={`Remove the comment on ${place}`} size="small" onClick={onRemove}>
        <X size={14} />
      </IconButton>
    </div>
  );
}
