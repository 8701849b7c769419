import { IssuePicker } from "@/parts/issues/IssuePicker";
import { Dialog } from "../../design/Dialog";

interface DuplicateDialogProps {
  project: string;
  /** What would be closed; null: the dialog is closed. */
  number: number | null;
  onClose: () => void;
  onDuplicate: (of: number) => void;
}

/** Asks which issue says the same; the answer closes this one. */
export function DuplicateDialog({ project, number, onClose, onDuplicate }: DuplicateDialogProps) {
  return (
    <Dialog
      open={number !== null}
      onClose={onClose}
      title={`#${number} is a duplicate of…`}
      description="It is rejected with a note, and links to the issue that you choose. Both can be taken back."
    >
      {number !== null && (
        <IssuePicker
          project={project}
          label="Number or words of the other issue"
          without={[number]}
          onPick={(issue) => {
            onDuplicate(issue.number);
            onClose();
          }}
        />
      )}
    </Dialog>
  );
}
