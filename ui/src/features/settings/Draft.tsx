import { type KeyboardEvent, useState } from "react";
import { Button } from "@/design/Button";
import { Input, TextArea } from "@/design/Field";
import style from "./Settings.module.css";

interface DraftInputProps {
  label: string;
  value: string;
  placeholder?: string;
  mono?: boolean;
  onCommit: (value: string) => void;
}

/** A line of text that is kept when it is left or Enter is pressed; Escape brings the former text back. */
export function DraftInput({ label, value, placeholder, mono, onCommit }: DraftInputProps) {
  const [draft, setDraft] = useState<string | null>(null);

  function commit() {
    if (draft !== null && draft.trim() !== value) onCommit(draft.trim());
    setDraft(null);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "Enter") commit();
    else if (event.key === "Escape" && draft !== null) {
      event.preventDefault();
      setDraft(null);
    }
  }

  return (
    <Input
      aria-label={label}
      value={draft ?? value}
      placeholder={placeholder}
      mono={mono ?? false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

interface DraftNumberProps {
  label: string;
  value: number;
  least: number;
  most: number;
  unit?: string;
  onCommit: (value: number) => void;
}

/** A whole number within bounds. */
export function DraftNumber({ label, value, least, most, unit, onCommit }: DraftNumberProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const number = draft === null ? value : Number(draft);
  const valid = Number.isInteger(number) && number >= least && number <= most;

  function commit() {
    if (draft !== null && draft !== "" && valid && number !== value) onCommit(number);
    setDraft(null);
  }

  return (
    <>
      <Input
        className={`${style.number} numbers`}
        inputMode="numeric"
        aria-label={unit ? `${label}, in ${unit}` : label}
        aria-invalid={!valid || undefined}
        title={`${least.toLocaleString()} to ${most.toLocaleString()}`}
        value={draft ?? String(value)}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
      {unit && <span className={style.unit}>{unit}</span>}
    </>
  );
}

interface DraftAreaProps {
  label: string;
  value: string;
  placeholder?: string;
  rows?: number;
  onCommit: (value: string) => void;
}

/** A longer text, kept by its own button: it is too much to lose or to change by accident. */
export function DraftArea({ label, value, placeholder, rows = 6, onCommit }: DraftAreaProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const dirty = draft !== null && draft !== value;
  return (
    <>
      <TextArea
        mono
        rows={rows}
        aria-label={label}
        value={draft ?? value}
        placeholder={placeholder}
        onChange={(event) => setDraft(event.target.value)}
      />
      {dirty && (
        <div className={style.foot}>
          <Button size="small" kind="quiet" onClick={() => setDraft(null)}>
            Discard changes
          </Button>
          <Button
            size="small"
            kind="primary"
            onClick={() => {
              onCommit(draft);
              setDraft(null);
            }}
          >
            Save
          </Button>
        </div>
      )}
    </>
  );
}
