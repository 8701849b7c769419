import { type FormEvent, useId, useRef, useState } from "react";
import type { Secret } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, Input } from "@/design/Field";
import { ErrorNotice } from "@/design/States";
import { toast } from "@/design/toasts";

interface SetKeyDialogProps {
  secret: Pick<Secret, "name" | "title" | "is_set">;
  onClose: () => void;
}

/** Takes a key and hands it to the keychain. It is not shown again, here or anywhere. */
export function SetKeyDialog({ secret, onClose }: SetKeyDialogProps) {
  const form = useId();
  const input = useRef<HTMLInputElement>(null);
  const [value, setValue] = useState("");
  const set = useCommand("secret_set", {
    onSuccess() {
      toast({ title: `${secret.title} is set`, tone: "good" });
      onClose();
    },
    // The variables of a mutation stay in memory with it; a key must not.
    gcTime: 0,
  });
  const key = value.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (key !== "" && !set.isPending) set.mutate({ name: secret.name, value: key });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={`${secret.is_set ? "Replace" : "Set"} ${secret.title}`}
      focus={input}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} disabled={key === ""} busy={set.isPending}>
            Save key
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label="Key" hint="It is kept by the keychain and never shown again.">
          <Input
            ref={input}
            mono
            type="password"
            autoComplete="new-password"
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </Field>
      </form>
      {set.error && <ErrorNotice error={set.error} />}
    </Dialog>
  );
}
