import type { Persona, Role, StepSettings } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Field, Input, TextArea } from "@/design/Field";
import { Select } from "@/design/Select";
import { tidy } from "@/parts/pipeline/tree";
import { effortChoices, NONE, roleOf, toolChoices, whoChoices, whoOf, withWho } from "./choices";
import { NumberInput } from "./NumberInput";
import style from "./Workflows.module.css";

interface StepFormProps<T extends StepSettings> {
  step: T;
  /** `group`: what the change was to, so that typing is undone as one. */
  onChange: (step: T, group: string) => void;
  personas: readonly Persona[];
  /** Only personas can do it. */
  personasOnly: boolean;
  /** Which roles fit. */
  fits: (role: Role) => boolean;
}

/** What a step says for itself; what it leaves out comes from its persona, then from the run. */
export function StepForm<T extends StepSettings>({
  step,
  onChange,
  personas,
  personasOnly,
  fits,
}: StepFormProps<T>) {
  const tools = useCall("tool_list", {}).data;
  const persona = personas.find(({ name }) => name === (step.persona ?? step.role));
  const set = (change: Partial<StepSettings>) =>
    onChange(tidy({ ...step, ...change }), Object.keys(change).join());
  const inherited = (value: string | null | undefined) => value ?? "From the run";
  return (
    <div className={style.form}>
      <Field label="Who" hint={persona?.description ?? roleHint(roleOf(personas, step))}>
        <Select
          label="Who"
          value={whoOf(step)}
          choices={whoChoices(personas, fits, personasOnly, step)}
          onChange={(who) => onChange(withWho(step, who), "who")}
        />
      </Field>
      <Field label="Instructions" optional hint="Said in addition to the persona's own.">
        <TextArea
          rows={4}
          value={step.instructions ?? ""}
          onChange={(event) => set({ instructions: event.target.value })}
        />
      </Field>
      <div className={style.pair}>
        <Field label="Tool">
          <Select
            label="Tool"
            value={step.tool ?? NONE}
            choices={toolChoices(tools, step.tool ?? null)}
            onChange={(tool) => set({ tool })}
          />
        </Field>
        <Field label="Model">
          <Input
            mono
            value={step.model ?? ""}
            placeholder={inherited(persona?.model)}
            onChange={(event) => set({ model: event.target.value.trim() })}
          />
        </Field>
        <Field label="Effort">
          <Select
            label="Effort"
            value={step.effort ?? NONE}
            choices={effortChoices(step.effort ?? null)}
            onChange={(effort) => set({ effort })}
          />
        </Field>
        <Field label="Minutes at most">
          <NumberInput
            value={step.timeout_ms === undefined ? undefined : Math.round(step.timeout_ms / 60_000)}
            least={1}
            most={240}
            placeholder="From the run"
            onChange={(minutes) => set({ timeout_ms: minutes === undefined ? undefined : minutes * 60_000 })}
          />
        </Field>
      </div>
      <Field label="Fallback tool" hint="Goes on where the step's own tool has no quota left.">
        <Select
          label="Fallback tool"
          value={step.fallback ?? NONE}
          choices={toolChoices(tools, step.fallback ?? null).map((choice) =>
            choice.value === NONE ? { value: NONE, title: "None: it waits" } : choice,
          )}
          onChange={(fallback) => set({ fallback })}
        />
      </Field>
    </div>
  );
}

function roleHint(role: Role | undefined): string {
  return role === "custom"
    ? "It has no persona: its instructions say what to do."
    : "Choose who takes this step.";
}
