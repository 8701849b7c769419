import type { SandboxDefaults } from "@/api/generated/bindings";
import { Field } from "@/design/Field";
import { Select } from "@/design/Select";
import { tidy } from "@/parts/pipeline/tree";
import { NONE } from "./choices";
import { NumberInput } from "./NumberInput";
import style from "./Workflows.module.css";

interface SandboxFormProps {
  defaults: SandboxDefaults;
  onChange: (defaults: SandboxDefaults, group: string) => void;
}

/** What the sandboxes of its runs are given where a run says nothing else. */
export function SandboxForm({ defaults, onChange }: SandboxFormProps) {
  const set = (change: Partial<SandboxDefaults>) =>
    onChange(tidy({ ...defaults, ...change }) as SandboxDefaults, `sandbox ${Object.keys(change).join()}`);
  const placeholder = "From the project";
  return (
    <div className={style.pair}>
      <Field label="Minutes in all">
        <NumberInput
          value={defaults.timeout_ms === undefined ? undefined : Math.round(defaults.timeout_ms / 60_000)}
          least={1}
          most={240}
          placeholder={placeholder}
          onChange={(minutes) => set({ timeout_ms: minutes === undefined ? undefined : minutes * 60_000 })}
        />
      </Field>
      <Field label="Memory in MB">
        <NumberInput
          value={defaults.memory_mb}
          least={256}
          most={8192}
          placeholder={placeholder}
          onChange={(memory_mb) => set({ memory_mb })}
        />
      </Field>
      <Field label="Processors">
        <NumberInput
          value={defaults.cpu_count}
          least={1}
          most={8}
          placeholder={placeholder}
          onChange={(cpu_count) => set({ cpu_count })}
        />
      </Field>
      <Field label="Network" hint="It can be taken away here, not given.">
        <Select
          label="Network"
          value={defaults.network === "none" ? "none" : NONE}
          choices={[
            { value: NONE, title: placeholder },
            { value: "none", title: "None" },
          ]}
          onChange={(network) => set({ network: network === "none" ? network : undefined })}
        />
      </Field>
    </div>
  );
}
