import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId, useRef, useState } from "react";
import type { Session } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, Input } from "@/design/Field";
import { readError } from "@/design/States";
import { toast } from "@/design/toasts";
import { paths } from "@/lib/links";
import { TITLE_MAX } from "@/parts/issues/limits";

/** Files an issue from the session and binds it to that. */
export function PromoteDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const form = useId();
  const [title, setTitle] = useState(session.title);
  const { project_slug: project, number } = session;
  const promote = useCommand("session_promote", {
    onSuccess: ({ issue }) => {
      onClose();
      if (!issue) return;
      toast({
        title: `#${issue.number} was filed from the session`,
        text: issue.title,
        action: {
          title: "Open issue",
          run: () => void navigate({ href: paths.issue(project, issue.number) }),
        },
      });
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (title.trim() === "") return input.current?.focus();
    promote.mutate({ project, number, title: title.trim() });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title="Promote to an issue"
      description="An issue is filed, and the session is bound to it."
      focus={input}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={promote.isPending}>
            File the issue
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label="Title" error={promote.error && readError(promote.error).message}>
          <Input
            ref={input}
            value={title}
            maxLength={TITLE_MAX}
            onChange={(event) => setTitle(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
