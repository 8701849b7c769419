import { FileJson } from "lucide-react";
import { useRef, useState } from "react";
import { call } from "@/api/client";
import type { ImportedName, WorkflowImported } from "@/api/generated/bindings";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { ErrorNotice, Notice } from "@/design/States";
import { toast } from "@/design/toasts";
import { nameWord } from "@/parts/pipeline/words";
import style from "./Workflows.module.css";

interface ImportDialogProps {
  slug: string;
  onClose: () => void;
  onDone: (name: string) => void;
}

/** Brings in a workflow's file: first a look at what it would add and replace. */
export function ImportDialog({ slug, onClose, onDone }: ImportDialogProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [told, setTold] = useState<WorkflowImported | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function look(chosen: File | undefined) {
    if (!chosen) return;
    setTold(null);
    setRefused(null);
    try {
      const text = await chosen.text();
      setFile({ name: chosen.name, text });
      setTold(await call("workflow_import", { project: slug, text, dry_run: true }));
    } catch (error) {
      setRefused(error);
    }
  }

  async function bring() {
    if (!file) return;
    setBusy(true);
    try {
      const { workflow } = await call("workflow_import", { project: slug, text: file.text, dry_run: false });
      toast({ title: `${nameWord(workflow.name)} imported` });
      onDone(workflow.name);
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title="Import a workflow"
      description="A file that Export wrote, here or elsewhere. Nothing comes in before you have seen what it is."
      focus={button}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!told} busy={busy} onClick={() => void bring()}>
            Import
          </Button>
        </>
      }
    >
      <div className={style.form}>
        <div>
          <Button
            ref={button}
            icon={<FileJson size={14} aria-hidden />}
            onClick={() => chooser.current?.click()}
          >
            {file ? "Choose another file" : "Choose a file"}
          </Button>
          <input
            ref={chooser}
            type="file"
            accept=".json,application/json"
            hidden
            aria-label="Workflow file"
            onChange={(event) => {
              void look(event.target.files?.[0]);
              event.target.value = "";
            }}
          />
        </div>
        {refused !== null && <ErrorNotice error={refused} />}
        {told && (
          <section className={style.plan} aria-label="What the file holds">
            <p className={style.planHead}>{told.description || "No description."}</p>
            <p className={style.summary}>{told.summary}</p>
            <ul className={style.planList}>
              <Item what="Workflow" item={told.workflow} />
              {told.personas.map((persona) => (
                <Item key={persona.name} what="Persona" item={persona} />
              ))}
            </ul>
            {told.warnings.map(({ place, problem }) => (
              <Notice key={place} tone="warn" title={`It cannot start yet: ${problem}.`} />
            ))}
          </section>
        )}
      </div>
    </Dialog>
  );
}

function Item({ what, item }: { what: string; item: ImportedName }) {
  return (
    <li className={style.planItem}>
      <span>
        {what} <strong>{nameWord(item.name)}</strong>
      </span>
      <span className={style.planDoes}>{doesWord(item)}</span>
    </li>
  );
}

function doesWord({ action, replaces }: ImportedName): string {
  if (action === "add") return "is added";
  if (action === "same") return "is there just so";
  return replaces === 0
    ? "replaces what ships, which can be reset to"
    : `replaces version ${replaces}, which is kept`;
}
