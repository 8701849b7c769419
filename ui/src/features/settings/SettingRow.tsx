import { RadioGroup } from "radix-ui";
import { type ReactNode, useId } from "react";
import { classes } from "@/lib/classes";
import style from "./Settings.module.css";

interface BlockProps {
  title?: string;
  action?: ReactNode;
  children: ReactNode;
}

/** Settings that belong together. */
export function Block({ title, action, children }: BlockProps) {
  return (
    <section className={style.block}>
      {(title || action) && (
        <div className={style.blockHead}>
          {title && <h3 className={style.blockTitle}>{title}</h3>}
          {action}
        </div>
      )}
      <div className={style.rows}>{children}</div>
    </section>
  );
}

interface SettingRowProps {
  label: string;
  hint?: ReactNode;
  /** The control stands below, as wide as the row. */
  tall?: boolean;
  wide?: boolean;
  children: ReactNode;
}

/** One setting: what it is, and its control, which names itself. */
export function SettingRow({ label, hint, tall, wide, children }: SettingRowProps) {
  return (
    <div className={classes(style.row, tall && style.rowTall)}>
      <div className={style.words}>
        <span className={style.label}>{label}</span>
        {hint && <div className={style.hint}>{hint}</div>}
      </div>
      {tall ? children : <div className={classes(style.control, wide && style.controlWide)}>{children}</div>}
    </div>
  );
}

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; title: string; icon?: ReactNode }[];
  onChange: (value: T) => void;
}

/** A few choices that are all seen at once. */
export function Segments<T extends string>({ label, value, choices, onChange }: SegmentsProps<T>) {
  const id = useId();
  return (
    <RadioGroup.Root
      className={style.segments}
      aria-label={label}
      value={value}
      orientation="horizontal"
      onValueChange={(next) => onChange(next as T)}
    >
      {choices.map((choice) => (
        <RadioGroup.Item
          key={choice.value}
          id={`${id}-${choice.value}`}
          value={choice.value}
          className={style.segment}
        >
          {choice.icon}
          {choice.title}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
