import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "../lib/classes";
import { useField } from "./Field";
import style from "./Field.module.css";
import { Menu } from "./Menu";

export interface Choice<T extends string> {
  value: T;
  title: string;
  note?: string;
  icon?: ReactNode;
}

interface SelectProps<T extends string> {
  /** Its accessible name; what is seen beside it is the `Field`'s or the row's. */
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
  id?: string;
  disabled?: boolean;
}

/** One choice of several, as a button that shows it. */
export function Select<T extends string>({ label, value, choices, onChange, id, disabled }: SelectProps<T>) {
  const field = useField();
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Menu
      trigger={
        <button
          type="button"
          {...field}
          {...(id ? { id } : {})}
          disabled={disabled}
          className={classes(style.input, style.select)}
          aria-label={`${label}: ${chosen?.title ?? "Choose…"}`}
        >
          {chosen?.icon}
          <span className="truncate">{chosen?.title ?? "Choose…"}</span>
          <ChevronDown size={14} aria-hidden />
        </button>
      }
      groups={[
        {
          items: choices.map((choice) => ({
            id: choice.value,
            title: choice.title,
            note: choice.note,
            icon: choice.icon,
            checked: choice.value === value,
            onSelect: () => onChange(choice.value),
          })),
        },
      ]}
    />
  );
}
