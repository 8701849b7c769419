import type { Definition, Persona, RaceVariant, Role } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Field, Input } from "@/design/Field";
import { Select } from "@/design/Select";
import { type At, MOST_ITERATIONS, type Place, replace, replaceIn, tidy } from "@/parts/pipeline/tree";
import { mannerOf } from "@/parts/pipeline/words";
import { effortChoices, NONE, toolChoices } from "./choices";
import { NumberInput } from "./NumberInput";
import { placeTitle } from "./PipelineEditor";
import { StepForm } from "./StepForm";
import style from "./Workflows.module.css";

interface PartFormProps {
  place: Place;
  part: At;
  definition: Definition;
  personas: readonly Persona[];
  personasOnly: boolean;
  onChange: (definition: Definition, group: string) => void;
}

/** The form of what is chosen in a drawing: a step, a loop, a race, its judge or a variant. */
export function PartForm({ place, part, definition, personas, personasOnly, onChange }: PartFormProps) {
  const to = (group: string) => `${place} ${group}`;
  return (
    <section className={style.form} aria-label={placeTitle(definition, place)}>
      <h2 className={style.partTitle}>{placeTitle(definition, place)}</h2>
      {part.is === "judge" ? (
        <StepForm
          step={part.judge}
          onChange={(judge, group) => onChange(replaceIn(definition, place, judge), to(group))}
          personas={personas}
          personasOnly={personasOnly}
          fits={isJudge}
        />
      ) : part.is === "variant" ? (
        <VariantForm
          variant={part.variant}
          personas={personas}
          onChange={(variant, group) => onChange(replaceIn(definition, place, variant), to(group))}
        />
      ) : part.node.kind === "step" ? (
        <StepForm
          step={part.node}
          onChange={(step, group) => onChange(replace(definition, place, step), to(group))}
          personas={personas}
          personasOnly={personasOnly}
          fits={(role) => !isJudge(role)}
        />
      ) : part.node.kind === "loop" ? (
        <LoopField
          iterations={part.node.max_iterations}
          onChange={(max_iterations) =>
            part.is === "node" &&
            part.node.kind === "loop" &&
            onChange(replace(definition, place, { ...part.node, max_iterations }), to("iterations"))
          }
        />
      ) : (
        <p className={style.hint}>
          The same steps run side by side, once for each variant. Choose a variant to give it another tool,
          model or persona; the judge below chooses the winner.
        </p>
      )}
    </section>
  );
}

interface LoopFieldProps {
  iterations: number;
  onChange: (iterations: number) => void;
}

export function LoopField({ iterations, onChange }: LoopFieldProps) {
  return (
    <Field
      label="Times at most"
      hint="It goes round until every checker in it passes; at the limit the run fails and keeps its branch."
    >
      <NumberInput
        value={iterations}
        least={1}
        most={MOST_ITERATIONS}
        onChange={(value) => value !== undefined && onChange(value)}
      />
    </Field>
  );
}

interface VariantFormProps {
  variant: RaceVariant;
  personas: readonly Persona[];
  onChange: (variant: RaceVariant, group: string) => void;
}

function VariantForm({ variant, personas, onChange }: VariantFormProps) {
  const tools = useCall("tool_list", {}).data;
  const set = (change: Partial<RaceVariant>) =>
    onChange(tidy({ ...variant, ...change }), Object.keys(change).join());
  const makers = personas.filter(
    ({ name, type, enabled }) => mannerOf(type) === "makes" && (enabled || name === variant.persona),
  );
  return (
    <>
      <p className={style.hint}>
        What this lane changes for each step; one that changes nothing is one more try.
      </p>
      <Field label="Persona" hint="For the steps that make the change.">
        <Select
          label="Persona"
          value={variant.persona ?? NONE}
          choices={[
            { value: NONE, title: "From the step" },
            ...makers.map(({ name, title }) => ({ value: name, title })),
          ]}
          onChange={(persona) => set({ persona })}
        />
      </Field>
      <Field label="Tool">
        <Select
          label="Tool"
          value={variant.tool ?? NONE}
          choices={toolChoices(tools, variant.tool ?? null).map((choice) =>
            choice.value === NONE ? { value: NONE, title: "From the step" } : choice,
          )}
          onChange={(tool) => set({ tool })}
        />
      </Field>
      <Field label="Model">
        <Input
          mono
          value={variant.model ?? ""}
          placeholder="From the step"
          onChange={(event) => set({ model: event.target.value.trim() })}
        />
      </Field>
      <Field label="Effort">
        <Select
          label="Effort"
          value={variant.effort ?? NONE}
          choices={effortChoices(variant.effort ?? null).map((choice) =>
            choice.value === NONE ? { value: NONE, title: "From the step" } : choice,
          )}
          onChange={(effort) => set({ effort })}
        />
      </Field>
    </>
  );
}

function isJudge(role: Role): boolean {
  return role === "judge";
}
