import { type FormEvent, useId, useRef, useState } from "react";
import { call } from "@/api/client";
import { allImportFormat, type ImportFormat } from "@/api/generated/bindings";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field } from "@/design/Field";
import { Select } from "@/design/Select";
import { ErrorNotice, Notice } from "@/design/States";
import { counted } from "@/lib/numbers";
import { importFormats, pathFault } from "./formats";
import { PathField } from "./PathField";
import { Progress } from "./Progress";
import { Report } from "./Report";
import style from "./Transfer.module.css";
import { useTransfer } from "./useTransfer";

interface TransferDialogProps {
  project: string;
  onClose: () => void;
}

/** Brings issues in from elsewhere: first a look at what would come, then the import with its progress. */
export function ImportDialog({ project, onClose }: TransferDialogProps) {
  const form = useId();
  const input = useRef<HTMLInputElement>(null);
  const [from, setFrom] = useState<ImportFormat>("github");
  const [path, setPath] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const { transfer, refused, working, start, forget, cancel } = useTransfer();
  const format = importFormats[from];
  const report = transfer?.state === "completed" ? transfer.report : null;
  const looked = report?.dry_run ?? false;
  const [dry, setDry] = useState(true);

  function run(dryRun: boolean) {
    const wrong = pathFault(path);
    setFault(wrong);
    if (wrong) {
      input.current?.focus();
      return;
    }
    setDry(dryRun);
    void start(() => call("import_start", { project, from, path: path.trim(), dry_run: dryRun }));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!working) run(!looked);
  }

  const ended = report !== null && !report.dry_run;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Import issues"
      description="What is here already is known again by its origin, so that importing twice changes nothing."
      foot={
        ended ? (
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        ) : working ? (
          <Button onClick={() => void cancel()}>{dry ? "Stop reading" : "Cancel the import"}</Button>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button kind="primary" type="submit" form={form} disabled={looked && report?.issues === 0}>
              {looked ? `Import ${counted(report?.issues ?? 0, "issue")}` : "Look first"}
            </Button>
          </>
        )
      }
    >
      <form id={form} className={style.form} onSubmit={submit}>
        {!ended && (
          <>
            <Field label="From" hint={format.note}>
              <Select
                label="From"
                value={from}
                disabled={working}
                choices={allImportFormat.map((each) => ({
                  value: each,
                  title: importFormats[each].title,
                  note: importFormats[each].note,
                }))}
                onChange={(next) => {
                  setFrom(next);
                  forget();
                }}
              />
            </Field>
            <PathField
              ref={input}
              label={format.path === "file" ? "File" : "Folder"}
              hint="Only read, never changed. Nothing comes in before you have seen what would."
              kind={format.path}
              value={path}
              example={format.example}
              fault={fault}
              disabled={working}
              onChange={(next) => {
                setPath(next);
                setFault(null);
                forget();
              }}
            />
          </>
        )}
        <Outcome
          doing={dry ? "Reading" : "Importing"}
          words={
            ended
              ? `${counted(report.issues, "issue")} came in.`
              : looked
                ? `${counted(report?.issues ?? 0, "issue")} would come in. Nothing is changed yet.`
                : null
          }
          cancelled={
            dry
              ? "Reading was stopped."
              : "The import was cancelled. What had come in stays; import again to go on."
          }
          working={working}
          transfer={transfer}
          refused={refused}
        />
        {report && <Report report={report} />}
      </form>
    </Dialog>
  );
}

interface OutcomeProps {
  doing: string;
  /** Said when it ended well. */
  words: string | null;
  cancelled: string;
  working: boolean;
  transfer: ReturnType<typeof useTransfer>["transfer"];
  refused: unknown;
}

/** Where an import or export stands: at work, ended well, refused, failed or cancelled. */
export function Outcome({ doing, words, cancelled, working, transfer, refused }: OutcomeProps) {
  if (refused) return <ErrorNotice error={refused} />;
  if (working) return <Progress doing={doing} transfer={transfer} />;
  if (transfer?.state === "failed")
    return <ErrorNotice error={new Error(transfer.error ?? "It failed, and nobody said why")} />;
  if (transfer?.state === "cancelled") return <Notice tone="warn" title={cancelled} />;
  return words ? <Notice tone="good" title={words} /> : null;
}
