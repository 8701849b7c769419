import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { allRole, type Persona, type PersonaContent, type Weights } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Field, Input } from "@/design/Field";
import { Markdown } from "@/design/Markdown";
import { Select } from "@/design/Select";
import { Checkbox } from "@/design/Toggle";
import { paths } from "@/lib/links";
import { bytes } from "@/lib/numbers";
import { nameWord, roleWord } from "@/parts/pipeline/words";
import { effortChoices, NONE, toolChoices } from "./choices";
import { NumberInput } from "./NumberInput";
import style from "./Workflows.module.css";

/** SPEC 8: what is absent of an evaluator. */
const WEIGHTS: Weights = { correctness: 3, type_safety: 1, code_style: 1, test_coverage: 2, completeness: 3 };
const THRESHOLD = 70;
const INSTRUCTIONS_MAX_BYTES = 32 * 1024;

const dimensions = {
  correctness: "Correctness",
  type_safety: "Type safety",
  code_style: "Code style",
  test_coverage: "Test coverage",
  completeness: "Completeness",
} as const satisfies Record<keyof Weights, string>;

/** Why a persona cannot be saved as it is, in a sentence. */
export function personaProblem({ instructions, weights }: PersonaContent): string | null {
  if (instructions.trim() === "") return "A persona needs instructions: they are what it is.";
  const size = new TextEncoder().encode(instructions).length;
  if (size > INSTRUCTIONS_MAX_BYTES) {
    return `The instructions are ${bytes(size - INSTRUCTIONS_MAX_BYTES)} too long.`;
  }
  if (weights && Object.values(weights).every((weight) => weight === 0)) {
    return "At least one weight must be above 0.";
  }
  return null;
}

interface PersonaFormProps {
  slug: string;
  persona: Persona;
  value: PersonaContent;
  onChange: (part: Partial<PersonaContent>, group: string) => void;
}

export function PersonaForm({ slug, persona, value, onChange }: PersonaFormProps) {
  const tools = useCall("tool_list", {}).data;
  const set = (part: Partial<PersonaContent>) => onChange(part, Object.keys(part).join());
  const none = (text: string) => (text === NONE ? null : text);
  return (
    <div className={style.personaPage}>
      <div className={style.personaMain}>
        <Field label="Description" hint="What it is for, in a line.">
          <Input
            value={value.description}
            maxLength={200}
            onChange={(event) => set({ description: event.target.value })}
          />
        </Field>
        <Instructions
          slug={slug}
          value={value.instructions}
          problem={personaProblem({ ...value, weights: null })}
          onChange={(instructions) => set({ instructions })}
        />
      </div>
      <aside className={style.personaSide} aria-label="Settings of the persona">
        <div className={style.form}>
          <Field
            label="Type"
            hint={persona.built_in ? "Steps of this role rely on it; it stays." : "What its steps are for."}
          >
            <Select
              label="Type"
              value={value.type}
              disabled={persona.built_in}
              choices={allRole.map((role) => ({ value: role, title: roleWord[role] }))}
              onChange={(type) =>
                onChange(
                  { type, ...(type === "evaluator" ? {} : { weights: null, threshold: null }) },
                  "type",
                )
              }
            />
          </Field>
          <Field label="Tool">
            <Select
              label="Tool"
              value={value.tool ?? NONE}
              choices={toolChoices(tools, value.tool)}
              onChange={(tool) => set({ tool: none(tool) })}
            />
          </Field>
          <Field label="Model">
            <Input
              mono
              value={value.model ?? ""}
              placeholder="From the run"
              onChange={(event) => set({ model: none(event.target.value.trim()) })}
            />
          </Field>
          <Field label="Effort">
            <Select
              label="Effort"
              value={value.effort ?? NONE}
              choices={effortChoices(value.effort)}
              onChange={(effort) => set({ effort: none(effort) })}
            />
          </Field>
          <Checkbox
            checked={value.include_learnings}
            onChange={(include_learnings) => set({ include_learnings })}
            label="Include learnings"
            hint="What was learnt for its role is told to it."
          />
          {value.type === "evaluator" && <Scores value={value} onChange={set} />}
          {persona.used_by.length > 0 && (
            <section aria-label="Used by">
              <h2 className={style.groupTitle}>Used by</h2>
              <ul className={style.users}>
                {persona.used_by.map((workflow) => (
                  <li key={workflow}>
                    <Link to={paths.workflow(slug, workflow)}>{nameWord(workflow)}</Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </aside>
    </div>
  );
}

interface InstructionsProps {
  slug: string;
  value: string;
  problem: string | null;
  onChange: (value: string) => void;
}

/** Markdown and its preview, as high as there is room. */
function Instructions({ slug, value, problem, onChange }: InstructionsProps) {
  const id = useId();
  const [preview, setPreview] = useState(false);
  return (
    <div className={style.instructions}>
      <div className={style.instructionsHead}>
        <label htmlFor={id} className={style.label}>
          Instructions
        </label>
        <div className={style.views}>
          <button
            type="button"
            className={style.view}
            aria-pressed={!preview}
            onClick={() => setPreview(false)}
          >
            Write
          </button>
          <button
            type="button"
            className={style.view}
            aria-pressed={preview}
            onClick={() => setPreview(true)}
          >
            Preview
          </button>
        </div>
      </div>
      {preview ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard
        <section className={style.preview} tabIndex={0} aria-label="Preview of the instructions">
          <Markdown text={value} slug={slug} />
        </section>
      ) : (
        <textarea
          id={id}
          className={style.text}
          value={value}
          aria-invalid={problem !== null || undefined}
          aria-describedby={`${id}-said`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <p id={`${id}-said`} className={problem ? style.problem : style.hint} aria-live="polite">
        {problem ??
          "Markdown. The project's prompt goes before it; the task and what it must answer come after it."}
      </p>
    </div>
  );
}

interface ScoresProps {
  value: PersonaContent;
  onChange: (part: Partial<PersonaContent>) => void;
}

/** How much each dimension counts, with its share, and the score that is wanted. */
function Scores({ value, onChange }: ScoresProps) {
  const weights = value.weights ?? WEIGHTS;
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  return (
    <section aria-label="Scores">
      <h2 className={style.groupTitle}>Weights</h2>
      <ul className={style.weights}>
        {(Object.keys(dimensions) as (keyof Weights)[]).map((name) => {
          const share = sum === 0 ? 0 : Math.round((100 * weights[name]) / sum);
          return (
            <li key={name} className={style.weight}>
              <span className={style.weightName}>{dimensions[name]}</span>
              <span className={style.weightInput}>
                <NumberInput
                  label={`Weight of ${dimensions[name].toLowerCase()}`}
                  value={weights[name]}
                  least={0}
                  most={1000}
                  fraction
                  onChange={(weight) =>
                    weight !== undefined && onChange({ weights: { ...weights, [name]: weight } })
                  }
                />
              </span>
              <meter
                className={style.meter}
                min={0}
                max={100}
                value={share}
                aria-label={`Share of ${dimensions[name].toLowerCase()}`}
              />
              <span className={`${style.share} numbers`}>{share} %</span>
            </li>
          );
        })}
      </ul>
      {sum === 0 && <p className={style.problem}>At least one weight must be above 0.</p>}
      <Field label="Threshold" hint="The composite score, 0 to 100, that a run must reach.">
        <NumberInput
          value={value.threshold ?? THRESHOLD}
          least={0}
          most={100}
          fraction
          onChange={(threshold) => threshold !== undefined && onChange({ threshold })}
        />
      </Field>
    </section>
  );
}
