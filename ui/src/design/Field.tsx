import { CircleAlert, CircleCheck } from "lucide-react";
import { type ComponentPropsWithRef, createContext, type ReactNode, useContext, useId } from "react";
import { classes } from "../lib/classes";
import style from "./Field.module.css";

interface FieldContext {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const Context = createContext<FieldContext | null>(null);

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with what was typed, and how to mend it. */
  error?: ReactNode;
  /** What was found out about what was typed. */
  good?: ReactNode;
  optional?: boolean;
  children: ReactNode;
}

/** A label, its control, and what is to be said about it; ties them together for screen readers. */
export function Field({ label, hint, error, good, optional, children }: FieldProps) {
  const id = useId();
  const said = Boolean(error || good || hint);
  return (
    <Context value={{ id, describedBy: said ? `${id}-said` : undefined, invalid: Boolean(error) }}>
      <div className={style.field}>
        <label htmlFor={id} className={style.label}>
          {label}
          {optional && <span className={style.optional}>optional</span>}
        </label>
        {children}
        <div id={`${id}-said`} aria-live="polite" hidden={!said}>
          {error ? (
            <span className={style.error}>
              <CircleAlert size={14} aria-hidden />
              <span>{error}</span>
            </span>
          ) : good ? (
            <span className={style.good}>
              <CircleCheck size={14} aria-hidden />
              <span>{good}</span>
            </span>
          ) : (
            <span className={style.hint}>{hint}</span>
          )}
        </div>
      </div>
    </Context>
  );
}

/** What a control inside a `Field` needs to belong to it. */
export function useField() {
  const field = useContext(Context);
  if (!field) return {};
  return {
    id: field.id,
    "aria-describedby": field.describedBy,
    "aria-invalid": field.invalid || undefined,
  };
}

interface InputProps extends ComponentPropsWithRef<"input"> {
  mono?: boolean;
}

export function Input({ mono, className, ...rest }: InputProps) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...useField()}
      {...rest}
      className={classes(style.input, mono && style.mono, className)}
    />
  );
}

interface TextAreaProps extends ComponentPropsWithRef<"textarea"> {
  mono?: boolean;
}

export function TextArea({ mono, className, ...rest }: TextAreaProps) {
  return (
    <textarea
      {...useField()}
      {...rest}
      className={classes(style.input, style.area, mono && style.mono, className)}
    />
  );
}
