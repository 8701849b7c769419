import type { Workflow } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Field } from "@/design/Field";
import { Select } from "@/design/Select";

interface WorkflowFieldProps {
  project: string;
  /** Null: what the run takes unasked. */
  value: string | null;
  /** What the run takes unasked, in words. */
  usual: string;
  onChange: (workflow: string | null) => void;
}

const USUAL = "";

/** Chooses the workflow of a run, of those that are enabled. */
export function WorkflowField({ project, value, usual, onChange }: WorkflowFieldProps) {
  const workflows = useCall("workflow_list", { project }).data ?? [];
  const chosen = workflows.find(({ name }) => name === value);
  return (
    <Field label="Workflow" hint={chosen?.summary} error={chosen && doubtOf(chosen)}>
      <Select
        label="Workflow"
        value={value ?? USUAL}
        choices={[
          { value: USUAL, title: usual },
          ...workflows
            .filter(({ enabled }) => enabled)
            .map((workflow) => ({
              value: workflow.name,
              title: workflow.title,
              note: doubtOf(workflow) ?? workflow.summary,
            })),
        ]}
        onChange={(name) => onChange(name === USUAL ? null : name)}
      />
    </Field>
  );
}

/** Why it cannot be started. */
function doubtOf({ warnings }: Workflow): string | null {
  const [first] = warnings;
  return first ? `It cannot start: ${first.problem}.` : null;
}
