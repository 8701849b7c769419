import { FolderOpen } from "lucide-react";
import type { Ref } from "react";
import { Button } from "@/design/Button";
import { Field, Input } from "@/design/Field";
import { toastError } from "@/design/toasts";
import { platform } from "@/platform";
import style from "./Transfer.module.css";

interface PathFieldProps {
  label: string;
  hint: string;
  /** What the platform's own dialog chooses, where there is one. */
  kind: "file" | "folder";
  value: string;
  example: string;
  fault: string | null;
  disabled: boolean;
  onChange: (path: string) => void;
  ref?: Ref<HTMLInputElement>;
}

/** A path on the machine that Waybill runs on: chosen in the platform's dialog, or typed. */
export function PathField({
  label,
  hint,
  kind,
  value,
  example,
  fault,
  disabled,
  onChange,
  ref,
}: PathFieldProps) {
  const choose = kind === "file" ? platform().pickFile : platform().pickFolder;
  async function pick() {
    try {
      const path = await choose?.(label);
      if (path) onChange(path);
    } catch (error) {
      toastError("It could not be chosen", error);
    }
  }
  return (
    <Field label={label} hint={hint} error={fault}>
      <div className={style.pathRow}>
        <Input
          mono
          ref={ref}
          value={value}
          disabled={disabled}
          placeholder={examplePath(example)}
          onChange={(event) => onChange(event.target.value)}
        />
        {choose && (
          <Button
            icon={<FolderOpen size={16} />}
            className={style.pick}
            disabled={disabled}
            onClick={() => void pick()}
          >
            Choose…
          </Button>
        )}
      </div>
    </Field>
  );
}

function examplePath(name: string): string {
  return navigator.platform.startsWith("Win")
    ? `C:\\Users\\you\\${name.replaceAll("/", "\\")}`
    : `/home/you/${name}`;
}
