import { useRef, useState } from "react";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Field, TextArea } from "../../design/Field";
import { counted } from "../../lib/numbers";

interface RejectDialogProps {
  /** What would be rejected; empty: closed. */
  numbers: readonly number[];
  onClose: () => void;
  onReject: (note: string) => void;
}

/** Asks why before an issue is rejected: the reason stays with it. */
export function RejectDialog({ numbers, onClose, onReject }: RejectDialogProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState(false);

  function close() {
    setNote("");
    setMissing(false);
    onClose();
  }

  function reject() {
    if (note.trim() === "") {
      setMissing(true);
      area.current?.focus();
      return;
    }
    onReject(note.trim());
    close();
  }

  const what = numbers.length === 1 ? `#${numbers[0]}` : counted(numbers.length, "issue");
  return (
    <Dialog
      open={numbers.length > 0}
      onClose={close}
      title={`Reject ${what}`}
      description="It leaves the list and can be reopened at any time."
      focus={area}
      foot={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="danger" onClick={reject}>
            Reject
          </Button>
        </>
      }
    >
      <Field
        label="Why"
        hint="Becomes part of the issue's history."
        error={
          missing && note.trim() === "" ? "Say why it will not be done; rejecting needs a reason." : undefined
        }
      >
        <TextArea
          ref={area}
          rows={3}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
            event.preventDefault();
            reject();
          }}
        />
      </Field>
    </Dialog>
  );
}
