import type { ReactNode } from "react";
import { type OpenChildren, OpenChildrenDialog } from "@/parts/issues/OpenChildrenDialog";
import type { IssueRow } from "../../api/generated/bindings";
import { Popover } from "../../design/Popover";
import { AssignPicker } from "./AssignPicker";
import type { Changes } from "./changes";
import { DuplicateDialog } from "./DuplicateDialog";
import { type Having, LabelPicker } from "./LabelPicker";
import { RejectDialog } from "./RejectDialog";
import { RunDialog } from "./RunDialog";
import type { Asked } from "./useIssueActions";

interface IssueDialogsProps {
  project: string;
  asked: Asked | null;
  /** The parent that was to be resolved before its children. */
  parent: OpenChildren | null;
  changes: Changes;
  /** Where the pickers open. */
  anchor: () => Element | null;
  /** The rows of what was asked about, as they are now. */
  shownNow: () => IssueRow[];
  close: () => void;
}

/** What is asked before issues are changed. */
export function IssueDialogs({
  project,
  asked,
  parent,
  changes,
  anchor,
  shownNow,
  close,
}: IssueDialogsProps) {
  function having(name: string): Having {
    const found = shownNow().map((row) => row.labels.some((label) => label.name === name));
    if (found.every(Boolean)) return "all";
    return found.some(Boolean) ? "some" : "none";
  }

  const numbersFor = (what: Asked["what"]) => (asked?.what === what ? asked.numbers : []);
  const picker = (what: "label" | "assign", label: string, content: ReactNode) => (
    <Popover
      label={label}
      anchor={anchor}
      open={asked?.what === what}
      onOpenChange={(open) => !open && close()}
    >
      {content}
    </Popover>
  );
  return (
    <>
      <RejectDialog
        numbers={numbersFor("reject")}
        onClose={close}
        onReject={(note) => void changes.move(numbersFor("reject"), "rejected", note)}
      />
      <DuplicateDialog
        project={project}
        number={numbersFor("duplicate")[0] ?? null}
        onClose={close}
        onDuplicate={(of) => void changes.duplicate(numbersFor("duplicate")[0] ?? 0, of)}
      />
      <OpenChildrenDialog
        project={project}
        asked={parent}
        onClose={close}
        onResolve={(number) => void changes.resolveDespiteChildren(number)}
      />
      <RunDialog project={project} numbers={numbersFor("run")} onClose={close} />
      {picker(
        "label",
        "Labels",
        <LabelPicker
          project={project}
          having={having}
          onToggle={(name, on) => void changes.label(numbersFor("label"), on ? [name] : [], on ? [] : [name])}
        />,
      )}
      {picker(
        "assign",
        "Assign to",
        <AssignPicker
          project={project}
          current={shared(shownNow().map((row) => (row.assignment_missing ? null : row.assignment)))}
          onAssign={(target) => {
            void changes.assign(numbersFor("assign"), target);
            close();
          }}
        />,
      )}
    </>
  );
}

/** The one value that all have; undefined when they differ. */
function shared<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}
