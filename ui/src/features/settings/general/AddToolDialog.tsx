import { type FormEvent, useId, useRef, useState } from "react";
import type { PromptBy } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, Input } from "@/design/Field";
import { Select } from "@/design/Select";
import { ErrorNotice } from "@/design/States";
import { toast } from "@/design/toasts";
import style from "../Settings.module.css";

interface AddToolDialogProps {
  onClose: () => void;
  /** Names that tools already have. */
  taken: string[];
}

/** Describes a command as an agent tool. */
export function AddToolDialog({ onClose, taken }: AddToolDialogProps) {
  const form = useId();
  const first = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [command, setCommand] = useState("");
  const [prompt, setPrompt] = useState<PromptBy>("arg");
  const add = useCommand("tool_add", {
    onSuccess(tool) {
      toast({
        title: `${tool.title} is added`,
        ...(tool.installed ? {} : { text: "Its program was not found yet." }),
      });
      onClose();
    },
  });
  const isTaken = taken.includes(name.trim());
  const complete = name.trim() !== "" && command.trim() !== "" && !isTaken;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (complete && !add.isPending) add.mutate({ name: name.trim(), command: command.trim(), prompt });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a command"
      description="It runs in the sandbox, in the workspace of the issue; what it changed there is its result."
      focus={first}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} disabled={!complete} busy={add.isPending}>
            Add command
          </Button>
        </>
      }
    >
      <form id={form} className={style.form} onSubmit={submit}>
        <Field label="Name" error={isTaken && "There is a tool of this name. Choose another."}>
          <Input
            ref={first}
            value={name}
            placeholder="my-agent"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field
          label="Command"
          hint={
            <>
              Program and arguments; no shell reads them. <code>{"{prompt}"}</code>,{" "}
              <code>{"{prompt_file}"}</code>, <code>{"{model}"}</code>, <code>{"{workspace}"}</code> and{" "}
              <code>{"{mcp_config}"}</code> are replaced.
            </>
          }
        >
          <Input
            mono
            value={command}
            placeholder="my-agent --yes {prompt}"
            onChange={(event) => setCommand(event.target.value)}
          />
        </Field>
        <Field label="The prompt is given">
          <Select
            label="The prompt is given"
            value={prompt}
            choices={[
              { value: "arg", title: "As an argument", note: "In place of {prompt}, or last" },
              { value: "stdin", title: "On standard input" },
              { value: "file", title: "In a file", note: "Its path in place of {prompt_file}, or last" },
              { value: "acp", title: "In a conversation", note: "For agents of the Agent Client Protocol" },
            ]}
            onChange={setPrompt}
          />
        </Field>
        {add.error && <ErrorNotice error={add.error} />}
      </form>
    </Dialog>
  );
}
