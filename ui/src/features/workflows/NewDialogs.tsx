import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { call } from "@/api/client";
import {
  allRole,
  allWorkflowType,
  type Definition,
  type Persona,
  type Role,
  type Workflow,
  type WorkflowType,
} from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, Input } from "@/design/Field";
import { Select } from "@/design/Select";
import { ErrorNotice } from "@/design/States";
import { roleWord, typeWord } from "@/parts/pipeline/words";
import { NONE, nameFault, shaped } from "./choices";
import style from "./Workflows.module.css";

interface NameDialogProps {
  title: string;
  description: string;
  taken: readonly string[];
  confirm: string;
  onClose: () => void;
  /** Makes it; rejects with what is told. */
  onConfirm: (name: string) => Promise<void>;
  children?: ReactNode;
}

/** Asks for the name of something new. */
function NameDialog({ title, description, taken, confirm, onClose, onConfirm, children }: NameDialogProps) {
  const form = useId();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [told, setTold] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fault = nameFault(name, taken);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTold(true);
    if (fault) {
      input.current?.focus();
      return;
    }
    setBusy(true);
    try {
      await onConfirm(name);
    } catch (error) {
      setRefused(error);
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
            {confirm}
          </Button>
        </>
      }
    >
      <form id={form} className={style.form} onSubmit={(event) => void submit(event)}>
        <Field
          label="Name"
          hint="a–z, 0–9, _ and -. Issues, steps and scripts call it so; it stays."
          error={told || taken.includes(name) ? fault : null}
        >
          <Input
            ref={input}
            mono
            value={name}
            onChange={(event) => setName(event.target.value.toLowerCase().replace(/\s/g, "_"))}
          />
        </Field>
        {children}
        {refused !== null && <ErrorNotice error={refused} />}
      </form>
    </Dialog>
  );
}

interface NewWorkflowProps {
  slug: string;
  workflows: readonly Workflow[];
  onClose: () => void;
  onMade: (name: string) => void;
}

/** Begins a workflow: of a type, or from another one. */
export function NewWorkflowDialog({ slug, workflows, onClose, onMade }: NewWorkflowProps) {
  const personas = useCall("persona_list", { project: slug }).data ?? [];
  const [type, setType] = useState<WorkflowType>("custom_pipeline");
  const [from, setFrom] = useState(NONE);
  async function make(name: string) {
    const other = workflows.find((each) => each.name === from);
    const content = {
      type,
      description: other?.description ?? "",
      definition: shaped(type, other?.definition ?? blank, personas),
      sandbox_defaults: other?.sandbox_defaults ?? {},
    };
    await call("workflow_save", { project: slug, name, new: true, content });
    onMade(name);
  }
  return (
    <NameDialog
      title="New workflow"
      description="It is edited on its page; nothing runs before you start it."
      taken={workflows.map(({ name }) => name)}
      confirm="Create"
      onClose={onClose}
      onConfirm={make}
    >
      <Field label="Type" hint={typeHint[type]}>
        <Select
          label="Type"
          value={type}
          choices={allWorkflowType.map((value) => ({ value, title: typeWord[value] }))}
          onChange={setType}
        />
      </Field>
      <Field label="Begin with">
        <Select
          label="Begin with"
          value={from}
          choices={[
            { value: NONE, title: "One designer" },
            ...workflows.map((each) => ({ value: each.name, title: each.title, note: each.summary })),
          ]}
          onChange={setFrom}
        />
      </Field>
    </NameDialog>
  );
}

const blank: Definition = { nodes: [{ kind: "step", role: "designer" }] };

const typeHint: Record<WorkflowType, string> = {
  single_designer: "One agent makes the change.",
  designer_checker: "A second agent checks the change and sends it back until it is right.",
  custom_pipeline: "Any steps, loops and races; each step is a role or a persona.",
  persona_pipeline: "Any steps, loops and races; each step names a persona.",
};

interface DuplicateProps extends NewWorkflowProps {
  name: string;
}

/** Copies a workflow under another name. */
export function DuplicateDialog({ slug, name, workflows, onClose, onMade }: DuplicateProps) {
  async function make(newName: string) {
    await call("workflow_duplicate", { project: slug, name, new_name: newName });
    onMade(newName);
  }
  return (
    <NameDialog
      title={`Duplicate ${name}`}
      description="The copy is your own; it begins with what is saved of this one."
      taken={workflows.map((each) => each.name)}
      confirm="Duplicate"
      onClose={onClose}
      onConfirm={make}
    />
  );
}

interface NewPersonaProps {
  slug: string;
  personas: readonly Persona[];
  onClose: () => void;
  onMade: (name: string) => void;
}

/** Begins a persona with the instructions of one that there is. */
export function NewPersonaDialog({ slug, personas, onClose, onMade }: NewPersonaProps) {
  const [type, setType] = useState<Role>("designer");
  const named = (wanted: string) => personas.find(({ name }) => name === wanted);
  const like = named(type) ?? named("designer");
  async function make(name: string) {
    const content = {
      type,
      description: "",
      instructions: like?.instructions ?? "",
      tool: null,
      model: null,
      effort: null,
      include_learnings: true,
      weights: type === "evaluator" ? (like?.weights ?? null) : null,
      threshold: type === "evaluator" ? (like?.threshold ?? null) : null,
    };
    await call("persona_save", { project: slug, name, new: true, content });
    onMade(name);
  }
  return (
    <NameDialog
      title="New persona"
      description="Its instructions, tool and model are edited on its page."
      taken={personas.map(({ name }) => name)}
      confirm="Create"
      onClose={onClose}
      onConfirm={make}
    >
      <Field label="Type" hint={like && `Begins with the instructions of ${like.title}.`}>
        <Select
          label="Type"
          value={type}
          choices={allRole.map((value) => ({ value, title: roleWord[value] }))}
          onChange={setType}
        />
      </Field>
    </NameDialog>
  );
}
