import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Plus, TriangleAlert, Upload } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ActionButton } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import type { Workflow } from "@/api/generated/bindings";
import { useCall, useCommand } from "@/api/queries";
import { Page } from "@/design/Page";
import { ErrorState, Skeleton } from "@/design/States";
import { Switch } from "@/design/Toggle";
import { Tooltip } from "@/design/Tooltip";
import { toastError } from "@/design/toasts";
import { VirtualList, type VirtualListHandle } from "@/design/VirtualList";
import { paths } from "@/lib/links";
import { typeWord } from "@/parts/pipeline/words";
import { ImportDialog } from "./ImportDialog";
import { NewWorkflowDialog } from "./NewDialogs";
import { Origin, versionWord } from "./Origin";
import { PlaceTabs } from "./PlaceTabs";
import style from "./Workflows.module.css";

const route = getRouteApi("/p/$slug/workflows");

/** The workflows of a project: those that ship, and its own. */
export function WorkflowsPage() {
  const { slug } = route.useParams();
  const navigate = useNavigate();
  const { data: workflows, error, refetch } = useCall("workflow_list", { project: slug });
  const [active, setActive] = useState<string | null>(null);
  const [dialog, setDialog] = useState<"new" | "import" | null>(null);
  const list = useRef<VirtualListHandle>(null);
  const chosen = workflows?.find(({ name }) => name === active) ?? workflows?.[0];
  const enable = useCommand("workflow_enable", {
    onError: (fault) => toastError("The workflow could not be switched", fault),
  });
  const toggle = ({ name, enabled }: Workflow) => enable.mutate({ project: slug, name, enabled: !enabled });
  const open = (name: string) => void navigate({ href: paths.workflow(slug, name) });
  const filled = workflows !== undefined;
  useEffect(() => {
    if (filled) list.current?.focus();
  }, [filled]);
  useActions({
    "workflow.new": () => setDialog("new"),
    "workflow.import": () => setDialog("import"),
    "edit.enable": { when: () => chosen !== undefined, run: () => chosen && toggle(chosen) },
  });
  return (
    <Page
      crumbs={[{ title: "Workflows" }]}
      filters={<PlaceTabs slug={slug} />}
      actions={
        <>
          <ActionButton action="workflow.import" icon={<Upload size={14} aria-hidden />}>
            Import
          </ActionButton>
          <ActionButton action="workflow.new" kind="primary" icon={<Plus size={14} aria-hidden />}>
            New
          </ActionButton>
        </>
      }
    >
      {error && !workflows ? (
        <ErrorState title="The workflows could not be listed" error={error} onRetry={() => void refetch()} />
      ) : !workflows ? (
        <Skeleton rows={8} />
      ) : (
        <>
          <p className={style.intro}>
            A workflow is what a run goes through: steps that agents take, loops until a checker passes, races
            that a judge decides.
          </p>
          <VirtualList
            ref={list}
            label="Workflows"
            items={workflows}
            getKey={keyOf}
            active={chosen?.name ?? null}
            onActiveChange={setActive}
            onOpen={({ name }) => open(name)}
            rowHeight={52}
            renderRow={(workflow) => <Row workflow={workflow} onToggle={() => toggle(workflow)} />}
          />
        </>
      )}
      {dialog === "new" && (
        <NewWorkflowDialog
          slug={slug}
          workflows={workflows ?? []}
          onClose={() => setDialog(null)}
          onMade={open}
        />
      )}
      {dialog === "import" && <ImportDialog slug={slug} onClose={() => setDialog(null)} onDone={open} />}
    </Page>
  );
}

const keyOf = (workflow: Workflow) => workflow.name;

function Row({ workflow, onToggle }: { workflow: Workflow; onToggle: () => void }) {
  const doubts = workflow.warnings.map(({ problem }) => problem).join("; ");
  return (
    <div className={style.row} data-off={workflow.enabled ? undefined : true}>
      <Origin {...workflow} />
      <span className={style.words}>
        <span className={style.line}>
          <span className={style.name}>{workflow.title}</span>
          <span className={style.description}>{workflow.description}</span>
        </span>
        <span className={style.summary} title={workflow.summary}>
          {workflow.summary}
        </span>
      </span>
      {doubts && (
        <Tooltip text={doubts}>
          <span className={style.doubt}>
            <TriangleAlert size={14} aria-hidden />
            Cannot start
          </span>
        </Tooltip>
      )}
      <span className={style.type}>{typeWord[workflow.type]}</span>
      <span className={style.version}>{versionWord(workflow.version)}</span>
      <Enabled title={workflow.title} enabled={workflow.enabled} onToggle={onToggle} />
    </div>
  );
}

interface EnabledProps {
  title: string;
  enabled: boolean;
  onToggle: () => void;
}

/** The switch of a row; a press on it opens nothing. */
export function Enabled({ title, enabled, onToggle }: EnabledProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps presses on the switch from the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys reach the row's switch by shift+e
    <span className={style.switch} onClick={(event) => event.stopPropagation()}>
      <Switch checked={enabled} onChange={onToggle} label={`${title} is enabled`} tabIndex={-1} />
    </span>
  );
}
