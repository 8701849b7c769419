import { useCall } from "@/api/queries";
import { Field } from "@/design/Field";
import { Select } from "@/design/Select";
import { useKept } from "@/lib/kept";

/** The workflow that a project's runs are started with where nobody chose another. */
const DEFAULT = "single_designer";
const isText = (value: unknown): value is string => typeof value === "string";

/**
 * The workflow that was last chosen in a project, for the next run. What is assigned to one begins with that; what is
 * gone or switched off by now is not offered.
 */
export function useWorkflow(project: string, assigned?: string | null) {
  const workflows = (useCall("workflow_list", { project }).data ?? []).filter((each) => each.enabled);
  const [kept, keep] = useKept(`workflow.${project}`, DEFAULT, isText);
  const wanted = assigned?.startsWith("workflow:") ? assigned.slice("workflow:".length) : kept;
  const chosen =
    workflows.find((each) => each.name === wanted) ?? workflows.find((each) => each.name === DEFAULT);
  return { workflows, chosen, keep };
}

interface WorkflowFieldProps {
  workflows: ReturnType<typeof useWorkflow>["workflows"];
  /** Null: what is usual. */
  value: string | null;
  /** What a run takes where none is named, in words; absent: one is always named. */
  usual?: string | undefined;
  onChange: (name: string | null) => void;
}

const USUAL = "";

/** Chooses what a run goes through. */
export function WorkflowField({ workflows, value, usual, onChange }: WorkflowFieldProps) {
  const chosen = workflows.find((each) => each.name === value);
  return (
    <Field
      label="Workflow"
      hint={chosen?.description || chosen?.summary}
      error={chosen?.warnings[0] && `It cannot start: ${chosen.warnings[0].problem}.`}
    >
      <Select
        label="Workflow"
        value={value ?? USUAL}
        choices={[
          ...(usual ? [{ value: USUAL, title: usual }] : []),
          ...workflows.map((each) => ({ value: each.name, title: each.title, note: each.summary })),
        ]}
        onChange={(name) => onChange(name === USUAL ? null : name)}
      />
    </Field>
  );
}
