import { Check, Minus } from "lucide-react";
import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from "radix-ui";
import { type ReactNode, useId } from "react";
import style from "./Field.module.css";

interface CheckboxProps {
  checked: boolean | "indeterminate";
  onChange: (checked: boolean) => void;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

export function Checkbox({ checked, onChange, label, hint, disabled = false }: CheckboxProps) {
  const id = useId();
  return (
    <div className={style.check}>
      <RadixCheckbox.Root
        id={id}
        className={style.box}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChange(next === true)}
        aria-describedby={hint ? `${id}-hint` : undefined}
      >
        <RadixCheckbox.Indicator asChild>
          {checked === "indeterminate" ? <Minus size={12} /> : <Check size={12} strokeWidth={3} />}
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <div id={`${id}-hint`} className={style.hint}>
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Its accessible name; the visible one stands beside it. */
  label: string;
  disabled?: boolean;
  /** -1 in a row of a list, whose keys reach it in another way. */
  tabIndex?: number;
}

export function Switch({ checked, onChange, label, disabled = false, tabIndex }: SwitchProps) {
  return (
    <RadixSwitch.Root
      className={style.track}
      checked={checked}
      disabled={disabled}
      onCheckedChange={onChange}
      aria-label={label}
      tabIndex={tabIndex}
    >
      <RadixSwitch.Thumb className={style.thumb} />
    </RadixSwitch.Root>
  );
}
