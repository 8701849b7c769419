import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { actionItem } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import { call } from "@/api/client";
import {
  allWorkflowType,
  type Definition,
  type Workflow,
  type WorkflowContent,
  type WorkflowVersion,
} from "@/api/generated/bindings";
import { queryKey, useCall } from "@/api/queries";
import { Button } from "@/design/Button";
import { Field, Input } from "@/design/Field";
import { Page } from "@/design/Page";
import { Select } from "@/design/Select";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { toastError } from "@/design/toasts";
import { paths } from "@/lib/links";
import type { Place } from "@/parts/pipeline/tree";
import { typeWord } from "@/parts/pipeline/words";
import { CallError, platform } from "@/platform";
import { shaped } from "./choices";
import { EditFrame } from "./EditFrame";
import { DuplicateDialog } from "./NewDialogs";
import { PipelineEditor } from "./PipelineEditor";
import { SandboxForm } from "./SandboxForm";
import { ShapeForm } from "./ShapeForm";
import { useDraft } from "./useDraft";
import { VersionsPanel } from "./VersionsPanel";
import style from "./Workflows.module.css";

const route = getRouteApi("/p/$slug/workflows/$name");

/** One workflow: its editor, and its versions. */
export function WorkflowPage() {
  const { slug, name } = route.useParams();
  const { data: workflow, error, refetch } = useCall("workflow_get", { project: slug, name });
  const navigate = useNavigate();
  if (workflow) return <WorkflowView key={`${slug}/${name}`} slug={slug} workflow={workflow} />;
  const list = paths.workflows(slug);
  return (
    <Page crumbs={[{ title: "Workflows", to: list }, { title: name }]}>
      {!error ? (
        <Skeleton />
      ) : error instanceof CallError && error.code === "not_found" ? (
        <EmptyState
          title={`There is no workflow ${name}`}
          actions={<Button onClick={() => void navigate({ href: list })}>Go to Workflows</Button>}
        >
          It may have been removed, and can then be restored from Recently removed.
        </EmptyState>
      ) : (
        <ErrorState title="The workflow could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}

function contentOf({ type, description, definition, sandbox_defaults }: WorkflowContent): WorkflowContent {
  return { type, description, definition, sandbox_defaults };
}

function WorkflowView({ slug, workflow }: { slug: string; workflow: Workflow }) {
  const { name } = workflow;
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  const client = useQueryClient();
  const here = { project: slug, name };
  const draft = useDraft(`workflow.${slug}.${name}`, workflow.version, contentOf(workflow));
  const { type, description, definition, sandbox_defaults } = draft.value;
  const [selected, setSelected] = useState<Place | null>(null);
  const [copying, setCopying] = useState(false);
  const personas = useCall("persona_list", { project: slug }).data;
  const workflows = useCall("workflow_list", { project: slug }).data ?? [];
  const checked = useCall(
    "workflow_check",
    { project: slug, type, definition },
    { fresh: true, keepPrevious: true },
  ).data;
  const versions = useCall("workflow_versions", here, { enabled: tab === "versions" });
  const [faults, warnings] = [checked?.faults ?? [], checked?.warnings ?? []];
  const first = faults[0];
  const keep = (answer: Workflow) => client.setQueryData(queryKey("workflow_get", here), answer);
  const change = (part: Partial<WorkflowContent>, group: string | null = null) =>
    draft.change({ ...draft.value, ...part }, group);

  async function save() {
    const content = draft.value;
    const answer = await call("workflow_save", { ...here, version: draft.base, content });
    keep(answer);
    return answer.version;
  }

  async function exportFile() {
    try {
      const { file_name, text } = await call("workflow_export", here);
      await platform().saveText(file_name, text);
    } catch (error) {
      toastError("The workflow could not be exported", error);
    }
  }

  useActions({
    "workflow.duplicate": () => setCopying(true),
    "workflow.export": () => void exportFile(),
  });

  const about = (
    <section className={style.group} aria-label="About the workflow">
      <h2 className={style.groupTitle}>Workflow</h2>
      <div className={style.form}>
        <Field label="Description" hint="What it is good for, in a line.">
          <Input
            value={description}
            maxLength={200}
            onChange={(event) => change({ description: event.target.value }, "description")}
          />
        </Field>
        <Field label="Type">
          <Select
            label="Type"
            value={type}
            choices={allWorkflowType.map((value) => ({ value, title: typeWord[value] }))}
            onChange={(next) => {
              change({ type: next, definition: shaped(next, definition, personas ?? []) });
              setSelected(null);
            }}
          />
        </Field>
      </div>
    </section>
  );
  const sandbox = (
    <section className={style.group} aria-label="Sandbox">
      <h2 className={style.groupTitle}>Sandbox</h2>
      <SandboxForm
        defaults={sandbox_defaults}
        onChange={(defaults, group) => change({ sandbox_defaults: defaults }, group)}
      />
    </section>
  );
  const parts = {
    label: `${workflow.title}, drawn`,
    definition,
    onChange: (next: Definition, group?: string) => change({ definition: next }, group ?? null),
    personas: personas ?? [],
    faults,
    warnings,
    about,
    sandbox,
  };
  return (
    <>
      <EditFrame
        noun="workflow"
        of={workflow}
        list={{ title: "Workflows", to: paths.workflows(slug) }}
        kind={typeWord[workflow.type]}
        draft={draft}
        tab={tab === "versions" ? "versions" : "edit"}
        onTab={(next) =>
          void navigate({
            to: paths.workflow(slug, name),
            search: next === "versions" ? { tab: next } : {},
            replace: true,
          })
        }
        problem={first ? `It cannot work yet: ${first.problem} (${first.place}).` : null}
        onSave={save}
        onEnable={async (enabled) => keep(await call("workflow_enable", { ...here, enabled }))}
        onRemove={() => call("workflow_remove", here)}
        menu={[actionItem("workflow.duplicate"), actionItem("workflow.export")]}
        editTitle="Steps"
        editor={
          !personas ? (
            <Skeleton />
          ) : type === "single_designer" || type === "designer_checker" ? (
            <ShapeForm {...parts} />
          ) : (
            <PipelineEditor
              {...parts}
              selected={selected}
              onSelect={setSelected}
              personasOnly={type === "persona_pipeline"}
            />
          )
        }
        versions={
          <VersionsPanel
            versions={versions.data}
            error={versions.error}
            onRetry={() => void versions.refetch()}
            textOf={textOf}
            noteOf={({ summary }) => summary}
            onActivate={async (version) => keep(await call("workflow_activate", { ...here, version }))}
          />
        }
      />
      {copying && (
        <DuplicateDialog
          slug={slug}
          name={name}
          workflows={workflows}
          onClose={() => setCopying(false)}
          onMade={(made) => {
            setCopying(false);
            void navigate({ href: paths.workflow(slug, made) });
          }}
        />
      )}
    </>
  );
}

/** A version as text: what it is called, what its sandboxes get, and its tree. */
function textOf({ type, description, definition, sandbox_defaults }: WorkflowVersion): string {
  const sandbox = Object.entries(sandbox_defaults).map(([key, value]) => `sandbox ${key}: ${value}`);
  const head = [`type: ${type}`, `description: ${description}`, ...sandbox];
  return `${head.join("\n")}\n\n${JSON.stringify(definition, null, 2)}`;
}
