import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import type { AgentTool, ProjectSettings } from "../../api/generated/bindings";
import { useCall } from "../../api/queries";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Field, Input, TextArea } from "../../design/Field";
import { Kbd } from "../../design/Kbd";
import { Select } from "../../design/Select";
import { Notice } from "../../design/States";
import { counted } from "../../lib/numbers";
import { signInWord } from "../../lib/words";
import { useWorkflow, WorkflowField } from "../../parts/WorkflowField";
import style from "./RunDialog.module.css";
import { defaultTool, startRuns } from "./runs";
import { shown } from "./shown";

interface RunDialogProps {
  project: string;
  /** The issues to run an agent on; empty: closed. */
  numbers: readonly number[];
  onClose: () => void;
}

/** Chooses the agent, what it is told besides the issue, and its limits. */
export function RunDialog({ project, numbers, onClose }: RunDialogProps) {
  const start = useRef<HTMLButtonElement>(null);
  const open = numbers.length > 0;
  const what = numbers.length === 1 ? `#${numbers[0]}` : counted(numbers.length, "issue");
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Run an agent on ${what}`}
      description="It works in a sandbox, on a branch of its own. Nothing is merged until you review it."
      focus={start}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="run-start" ref={start} busy={busy}>
            Start run <Kbd keys="enter" />
          </Button>
        </>
      }
    >
      {open && <RunForm project={project} numbers={numbers} onDone={onClose} onBusy={setBusy} />}
    </Dialog>
  );
}

interface RunFormProps {
  project: string;
  numbers: readonly number[];
  onDone: () => void;
  onBusy: (busy: boolean) => void;
}

function RunForm({ project, numbers, onDone, onBusy }: RunFormProps) {
  const client = useQueryClient();
  const router = useRouter();
  const tools = useCall("tool_list", {}).data ?? [];
  const settings = useCall("settings_get", {}).data;
  const projectSettings = useCall("project_settings_get", { project }).data;
  const targets = new Set(numbers.map((number) => shown(client, project, number)?.assignment ?? null));
  // Where issues are assigned to several workflows, each goes by its own unless one is chosen for all.
  const each = targets.size > 1 && [...targets].some((target) => target?.startsWith("workflow:"));
  const { workflows, chosen: preferred, keep } = useWorkflow(project, [...targets][0]);
  const [workflow, setWorkflow] = useState<string | null>(null);
  const workflowName = workflow ?? (each ? undefined : preferred?.name);
  const [chosen, setChosen] = useState<string | null>(null);
  const [model, setModel] = useState("");
  const [prompt, setPrompt] = useState("");
  const [limits, setLimits] = useState<Limits>({ minutes: "", memory: "", cpus: "" });
  const tool = tools.find((each) => each.name === chosen) ?? defaultTool(tools, projectSettings, settings);
  const faults = limitFaults(limits);

  async function submit() {
    if (!tool?.installed || Object.values(faults).some(Boolean)) return;
    onBusy(true);
    const begun = await startRuns(
      client,
      project,
      numbers,
      {
        tool: tool.name,
        ...(workflowName ? { workflow: workflowName } : {}),
        ...(model.trim() ? { model: model.trim() } : {}),
        ...(prompt.trim() ? { prompt: prompt.trim() } : {}),
        ...(limits.minutes ? { timeout_ms: Number(limits.minutes) * 60_000 } : {}),
        ...(limits.memory ? { memory_mb: Number(limits.memory) } : {}),
        ...(limits.cpus ? { cpu_count: Number(limits.cpus) } : {}),
      },
      (path) => void router.navigate({ href: path }),
    );
    onBusy(false);
    if (begun && workflow) keep(workflow);
    if (begun) onDone();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    void submit();
  }

  return (
    <form
      id="run-start"
      className={style.form}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {workflows.length > 1 && (
        <WorkflowField
          workflows={workflows}
          value={workflowName ?? null}
          usual={each ? "What each is assigned to" : undefined}
          onChange={setWorkflow}
        />
      )}
      <Field label="Agent" hint={tool ? toolHint(tool) : undefined}>
        <Select
          label="Agent"
          value={tool?.name ?? ""}
          choices={tools.map((each) => ({
            value: each.name,
            title: each.title,
            note: each.installed ? (each.version ?? "") : "Not installed",
          }))}
          onChange={setChosen}
        />
      </Field>
      {tool && !tool.installed && (
        <Notice tone="warn" title={`${tool.title} is not installed.`}>
          {tool.install_hint}
        </Notice>
      )}
      {tool?.sign_in === "none" && tool.installed && (
        <Notice tone="warn" title={`${tool.title} has no sign-in.`}>
          Sign in with it in a terminal, or add its key in Settings.
        </Notice>
      )}
      {tool?.sign_in !== "not_needed" && (
        <Field label="Model" optional>
          <Input
            mono
            value={model}
            placeholder={projectSettings?.default_model ?? "the agent’s own default"}
            onChange={(event) => setModel(event.target.value)}
          />
        </Field>
      )}
      <Field label="Say in addition to the issue" optional>
        <TextArea rows={3} value={prompt} onChange={(event) => setPrompt(event.target.value)} />
      </Field>
      <details className={style.limits}>
        <summary>Limits</summary>
        <LimitFields limits={limits} faults={faults} defaults={projectSettings} onChange={setLimits} />
      </details>
    </form>
  );
}

interface Limits {
  minutes: string;
  memory: string;
  cpus: string;
}

interface LimitFieldsProps {
  limits: Limits;
  faults: Record<keyof Limits, string | undefined>;
  defaults: ProjectSettings | undefined;
  onChange: (limits: Limits) => void;
}

function LimitFields({ limits, faults, defaults, onChange }: LimitFieldsProps) {
  const field = (name: keyof Limits, label: string, standard: number | undefined) => (
    <Field label={label} error={faults[name]}>
      <Input
        inputMode="numeric"
        value={limits[name]}
        placeholder={standard === undefined ? "" : String(standard)}
        onChange={(event) => onChange({ ...limits, [name]: event.target.value.trim() })}
      />
    </Field>
  );
  return (
    <div className={style.fields}>
      {field("minutes", "Minutes", defaults && Math.round(defaults.timeout_ms / 60_000))}
      {field("memory", "Memory, MB", defaults?.memory_mb)}
      {field("cpus", "CPUs", defaults?.cpu_count)}
    </div>
  );
}

/** SPEC 7: a sandbox lives 1–240 minutes with 256–8192 MB and 1–8 CPUs. */
function limitFaults(limits: Limits): Record<keyof Limits, string | undefined> {
  const fault = (text: string, least: number, most: number) => {
    const value = Number(text);
    const good = text === "" || (Number.isInteger(value) && value >= least && value <= most);
    return good ? undefined : `A number from ${least} to ${most}`;
  };
  return {
    minutes: fault(limits.minutes, 1, 240),
    memory: fault(limits.memory, 256, 8192),
    cpus: fault(limits.cpus, 1, 8),
  };
}

function toolHint(tool: AgentTool): string | undefined {
  return tool.installed ? signInWord(tool) : undefined;
}
