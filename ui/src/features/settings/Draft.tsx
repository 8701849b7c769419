import { type KeyboardEvent, useState } from "react";
import { Button } from "@/design/Button";
import { Input, TextArea } from "@/design/Field";
import { Notice } from "@/design/States";
import { grouped } from "@/lib/numbers";
import style from "./Settings.module.css";

/** Keeps a value; answers whether that worked. */
type Commit<T> = (value: T) => Promise<boolean>;

interface DraftInputProps {
  label: string;
  value: string;
  placeholder?: string;
  mono?: boolean;
  onCommit: Commit<string>;
}

/**
 * A line of text that is kept when it is left or Enter is pressed; Escape brings the former text back. What could not
 * be kept stays to be mended.
 */
export function DraftInput({ label, value, placeholder, mono, onCommit }: DraftInputProps) {
  const [draft, setDraft] = useState<string | null>(null);

  async function commit() {
    if (draft === null) return;
    if (draft.trim() === value || (await onCommit(draft.trim()))) setDraft(null);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "Enter") void commit();
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
      onBlur={() => void commit()}
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
  onCommit: Commit<number>;
}

/** A whole number within bounds; what is outside of them is not kept. */
export function DraftNumber({ label, value, least, most, unit, onCommit }: DraftNumberProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const number = draft === null ? value : Number(draft);
  const valid = draft !== "" && Number.isInteger(number) && number >= least && number <= most;

  async function commit() {
    if (draft !== null && valid && number !== value) await onCommit(number);
    setDraft(null);
  }

  return (
    <>
      <Input
        className={`${style.number} numbers`}
        inputMode="numeric"
        aria-label={unit ? `${label}, in ${unit}` : label}
        aria-invalid={!valid || undefined}
        title={`${grouped(least)} to ${grouped(most)}`}
        value={draft ?? String(value)}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => void commit()}
        onKeyDown={(event) => event.key === "Enter" && void commit()}
      />
      <span className={style.unit}>{unit}</span>
    </>
  );
}

interface DraftAreaProps {
  label: string;
  value: string;
  placeholder?: string;
  rows?: number;
  /** What is wrong with a text, if anything. */
  problem?: (text: string) => string | null;
  onCommit: Commit<string>;
}

/** A longer text, kept by its own button: it is too much to lose or to change by accident. */
export function DraftArea({ label, value, placeholder, rows = 6, problem, onCommit }: DraftAreaProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const dirty = draft !== null && draft !== value;
  const wrong = dirty && problem ? problem(draft) : null;
  return (
    <>
      <TextArea
        mono
        rows={rows}
        aria-label={label}
        aria-invalid={wrong !== null || undefined}
        value={draft ?? value}
        placeholder={placeholder}
        onChange={(event) => setDraft(event.target.value)}
      />
      {wrong && <Notice tone="bad" title={wrong} />}
      {dirty && (
        <div className={style.foot}>
          <Button size="small" kind="quiet" onClick={() => setDraft(null)}>
            Discard changes
          </Button>
          <Button
            size="small"
            kind="primary"
            disabled={wrong !== null}
            onClick={async () => {
              if (await onCommit(draft)) setDraft(null);
            }}
          >
            Save
          </Button>
        </div>
      )}
    </>
  );
}
