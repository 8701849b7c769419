import { type FormEvent, useId, useRef, useState } from "react";
import type { EnvironmentVariable } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, Input } from "@/design/Field";
import { ErrorNotice } from "@/design/States";
import { Checkbox } from "@/design/Toggle";
import style from "../Settings.module.css";

interface VariableDialogProps {
  project: string;
  /** Null: a new one. */
  variable: EnvironmentVariable | null;
  taken: string[];
  onClose: () => void;
}

/** Adds a variable, or gives one another value. */
export function VariableDialog({ project, variable, taken, onClose }: VariableDialogProps) {
  const form = useId();
  const keyInput = useRef<HTMLInputElement>(null);
  const valueInput = useRef<HTMLInputElement>(null);
  const [key, setKey] = useState(variable?.key ?? "");
  const [value, setValue] = useState(variable?.value ?? "");
  const [isSecret, setSecret] = useState(variable?.is_secret ?? false);
  const set = useCommand("project_environment_set", { onSuccess: onClose, gcTime: 0 });

  const name = key.trim();
  const problem =
    name !== "" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
      ? "Letters, digits and underscores; not a digit first."
      : variable === null && taken.includes(name)
        ? "There is a variable of this name: edit it instead."
        : null;
  const complete = name !== "" && problem === null && (value !== "" || !isSecret);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (complete && !set.isPending) set.mutate({ project, key: name, value, is_secret: isSecret });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={variable ? `Edit ${variable.key}` : "Add a variable"}
      focus={variable ? valueInput : keyInput}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} disabled={!complete} busy={set.isPending}>
            {variable ? "Save" : "Add variable"}
          </Button>
        </>
      }
    >
      <form id={form} className={style.form} onSubmit={submit}>
        {variable === null && (
          <Field label="Name" error={problem}>
            <Input
              ref={keyInput}
              mono
              value={key}
              placeholder="DATABASE_URL"
              onChange={(event) => setKey(event.target.value)}
            />
          </Field>
        )}
        <Field label="Value">
          <Input
            ref={valueInput}
            mono
            type={isSecret ? "password" : "text"}
            autoComplete={isSecret ? "new-password" : "off"}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </Field>
        <Checkbox
          checked={isSecret}
          disabled={variable !== null}
          onChange={setSecret}
          label="Secret"
          hint="Kept in the keychain, never shown again, and masked in what agents print."
        />
        {set.error && <ErrorNotice error={set.error} />}
      </form>
    </Dialog>
  );
}
