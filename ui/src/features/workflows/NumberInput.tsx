import { useState } from "react";
import { Input } from "@/design/Field";
import { grouped } from "@/lib/numbers";

interface NumberInputProps {
  /** Undefined: empty, where that may be. */
  value: number | undefined;
  least: number;
  most: number;
  /** Whether numbers between the whole ones count. */
  fraction?: boolean;
  label?: string;
  placeholder?: string;
  onChange: (value: number | undefined) => void;
}

/** A number within bounds, taken as it is typed; what is none is marked and taken back when it is left. */
export function NumberInput({
  value,
  least,
  most,
  fraction,
  label,
  placeholder,
  onChange,
}: NumberInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const valid = (text: string) => {
    const number = Number(text);
    return text.trim() !== "" && (fraction || Number.isInteger(number)) && number >= least && number <= most;
  };
  return (
    <Input
      className="numbers"
      inputMode={fraction ? "decimal" : "numeric"}
      {...(label ? { "aria-label": label } : {})}
      aria-invalid={(typed !== null && typed !== "" && !valid(typed)) || undefined}
      title={`${grouped(least)} to ${grouped(most)}`}
      placeholder={placeholder}
      value={typed ?? (value === undefined ? "" : String(value))}
      onChange={({ target }) => {
        setTyped(target.value);
        if (valid(target.value)) onChange(Number(target.value));
        else if (target.value === "" && placeholder !== undefined) onChange(undefined);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
