import { type FormEvent, useId, useRef, useState } from "react";
import { call } from "@/api/client";
import { allExportFormat, type ExportFormat } from "@/api/generated/bindings";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field } from "@/design/Field";
import { Select } from "@/design/Select";
import { counted } from "@/lib/numbers";
import { exportFormats, pathFault } from "./formats";
import { Outcome } from "./ImportDialog";
import { PathField } from "./PathField";
import { Report } from "./Report";
import style from "./Transfer.module.css";
import { useTransfer } from "./useTransfer";

interface ExportDialogProps {
  project: string;
  onClose: () => void;
}

/** Writes a project into a folder: everything, or the issues to read. */
export function ExportDialog({ project, onClose }: ExportDialogProps) {
  const form = useId();
  const input = useRef<HTMLInputElement>(null);
  const [format, setFormat] = useState<ExportFormat>("waybill");
  const [path, setPath] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const { transfer, refused, working, start, forget, cancel } = useTransfer();
  const report = transfer?.state === "completed" ? transfer.report : null;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (working) return;
    const wrong = pathFault(path);
    setFault(wrong);
    if (wrong) input.current?.focus();
    else void start(() => call("export_start", { project, format, path: path.trim() }));
  }

  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Export the project"
      description="Secrets are never written."
      foot={
        report ? (
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        ) : working ? (
          <Button onClick={() => void cancel()}>Cancel the export</Button>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button kind="primary" type="submit" form={form}>
              Export
            </Button>
          </>
        )
      }
    >
      <form id={form} className={style.form} onSubmit={submit}>
        <Field label="What" hint={exportFormats[format].note}>
          <Select
            label="What"
            value={format}
            disabled={working}
            choices={allExportFormat.map((each) => ({ value: each, ...exportFormats[each] }))}
            onChange={(next) => {
              setFormat(next);
              forget();
            }}
          />
        </Field>
        <PathField
          ref={input}
          label="Folder"
          hint="An empty folder, or one that is not there yet."
          kind="folder"
          value={path}
          example="waybill-export"
          fault={fault}
          disabled={working}
          onChange={(next) => {
            setPath(next);
            setFault(null);
            forget();
          }}
        />
        <Outcome
          doing="Exporting"
          words={report ? `${counted(report.issues, "issue")} written to ${path.trim()}.` : null}
          cancelled="The export was cancelled. What was written so far is not complete."
          working={working}
          transfer={transfer}
          refused={refused}
        />
        {report && <Report report={report} />}
      </form>
    </Dialog>
  );
}
