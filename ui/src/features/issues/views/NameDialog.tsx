import { type FormEvent, useId, useRef, useState } from "react";
import { Button } from "../../../design/Button";
import { Dialog } from "../../../design/Dialog";
import { Field, Input } from "../../../design/Field";
import { readError } from "../../../design/States";

interface NameDialogProps {
  title: string;
  description?: string;
  /** What its button does. */
  verb: string;
  initial: string;
  /** What is to be known about a name before it is taken. */
  said?: (name: string) => string | null;
  onName: (name: string) => Promise<void>;
  onClose: () => void;
}

/** The longest name that a view may have. */
const NAME_MAX = 60;

/** Asks for the name of a view; stays open when Waybill refuses it, and says why. */
export function NameDialog({ title, description, verb, initial, said, onName, onClose }: NameDialogProps) {
  const input = useRef<HTMLInputElement>(null);
  const form = useId();
  const [name, setName] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() === "") {
      setFault("Give the view a name.");
      input.current?.focus();
      return;
    }
    setBusy(true);
    try {
      await onName(name);
      onClose();
    } catch (error) {
      setFault(readError(error).message);
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      focus={input}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={busy}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)}>
        <Field label="Name" hint={said?.(name)} error={fault}>
          <Input
            ref={input}
            value={name}
            maxLength={NAME_MAX}
            onChange={(event) => {
              setName(event.target.value);
              setFault(null);
            }}
          />
        </Field>
      </form>
    </Dialog>
  );
}
