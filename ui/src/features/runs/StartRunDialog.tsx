import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId, useRef, useState } from "react";
import type { AgentTool } from "@/api/generated/bindings";
import { queryKey, useCall, useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, Input, TextArea } from "@/design/Field";
import { Kbd } from "@/design/Kbd";
import { Select } from "@/design/Select";
import { ErrorNotice } from "@/design/States";
import { matches, parseKeys } from "@/lib/keys";
import { paths } from "@/lib/links";
import { signInWord } from "@/lib/words";
import { useWorkflow, WorkflowField } from "@/parts/WorkflowField";
import style from "./StartRunDialog.module.css";

interface StartRunDialogProps {
  project: string;
  onClose: () => void;
}

const SUBMIT = "$mod+enter";

/** Starts a run from a prompt of one's own; mounted means open. */
export function StartRunDialog({ project, onClose }: StartRunDialogProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data: tools } = useCall("tool_list", {});
  const { data: settings } = useCall("project_settings_get", { project });
  const { data: app } = useCall("settings_get", {});
  const { data: about } = useCall("project_get", { project });
  const { workflows, chosen: preferredWorkflow, keep } = useWorkflow(project);
  const [named, setNamed] = useState<string | null>(null);
  const workflow = named ?? preferredWorkflow?.name;
  const [prompt, setPrompt] = useState("");
  const [tool, setTool] = useState<string | null>(null);
  const [model, setModel] = useState("");
  const [base, setBase] = useState("");
  const [missing, setMissing] = useState(false);
  const promptField = useRef<HTMLTextAreaElement>(null);
  const form = useId();
  const start = useCommand("run_start", {
    onSuccess: (run) => {
      if (named) keep(named);
      client.setQueryData(queryKey("run_get", { project, number: run.number }), run);
      onClose();
      void navigate({ href: paths.run(project, run.number) });
    },
  });

  const preferred = settings?.default_tool ?? app?.default_tool ?? null;
  const chosen = tool ?? usableTool(tools, preferred);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (prompt.trim() === "") {
      setMissing(true);
      promptField.current?.focus();
      return;
    }
    start.mutate({
      project,
      prompt: prompt.trim(),
      ...(workflow ? { workflow } : {}),
      ...(chosen ? { tool: chosen } : {}),
      ...(model.trim() ? { model: model.trim() } : {}),
      ...(base.trim() ? { base_branch: base.trim() } : {}),
    });
  };

  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="New run"
      description="The agent works in a sandbox on a copy of the repository. What it changes comes back as a branch to review."
      focus={promptField}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={start.isPending}>
            Start run <Kbd keys={SUBMIT} />
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
        <Field label="Prompt" error={missing ? "Say what the agent is to do." : undefined}>
          <TextArea
            ref={promptField}
            className={style.prompt}
            value={prompt}
            placeholder="What is to be done, where, and how you will know that it is done"
            onChange={(event) => {
              setPrompt(event.target.value);
              setMissing(false);
            }}
          />
        </Field>
        {workflows.length > 1 && workflow && (
          <WorkflowField workflows={workflows} value={workflow} onChange={setNamed} />
        )}
        <div className={style.row}>
          <Field label="Agent tool" hint={toolHint(tools, chosen)}>
            <Select label="Agent tool" value={chosen ?? ""} choices={toolChoices(tools)} onChange={setTool} />
          </Field>
          <Field label="Model" optional hint="Empty: the tool's own choice">
            <Input
              mono
              value={model}
              placeholder={settings?.default_model ?? ""}
              onChange={(event) => setModel(event.target.value)}
            />
          </Field>
          <Field label="Base branch" optional hint="The branch to start from">
            <Input
              mono
              value={base}
              placeholder={about?.default_branch ?? ""}
              onChange={(event) => setBase(event.target.value)}
            />
          </Field>
        </div>
        {start.error && <ErrorNotice error={start.error} />}
      </form>
    </Dialog>
  );
}

/** The tool one prefers, else the first that could work. */
export function usableTool(tools: readonly AgentTool[] | undefined, preferred: string | null): string | null {
  if (!tools) return preferred;
  const named = tools.find((tool) => tool.name === preferred);
  if (named) return named.name;
  const ready = tools.find((tool) => tool.installed && tool.sign_in !== "none");
  return (ready ?? tools.find((tool) => tool.installed))?.name ?? null;
}

function toolChoices(tools: readonly AgentTool[] | undefined) {
  return (tools ?? []).map((tool) => ({
    value: tool.name,
    title: tool.title,
    note: tool.installed ? signInWord(tool) : "Not installed",
  }));
}

/** What is in the way of the chosen tool, or nothing. */
function toolHint(tools: readonly AgentTool[] | undefined, name: string | null): string {
  const tool = tools?.find((each) => each.name === name);
  if (!tool) return tools ? "No agent tool was found: see Settings" : "";
  if (!tool.installed) return tool.install_hint ?? "Not installed";
  return tool.sign_in === "none" ? "Not signed in: see Settings" : signInWord(tool);
}
