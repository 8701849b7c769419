import type { ReactNode } from "react";
import type { Definition, LoopNode, Persona, Role, StepNode, WorkflowFault } from "@/api/generated/bindings";
import { Notice } from "@/design/States";
import { Pipeline } from "@/parts/pipeline/Pipeline";
import { type Place, replace, stepOf } from "@/parts/pipeline/tree";
import { nameWord, roleWord } from "@/parts/pipeline/words";
import { LoopField } from "./PartForm";
import { StepForm } from "./StepForm";
import style from "./Workflows.module.css";

interface ShapeFormProps {
  label: string;
  definition: Definition;
  onChange: (definition: Definition, group: string) => void;
  personas: readonly Persona[];
  faults: readonly WorkflowFault[];
  warnings: readonly WorkflowFault[];
  about: ReactNode;
  sandbox: ReactNode;
}

/** A single designer, or a designer and a checker, as a form: there is nothing to draw but who they are. */
export function ShapeForm({
  label,
  definition,
  onChange,
  personas,
  faults,
  warnings,
  about,
  sandbox,
}: ShapeFormProps) {
  const first = definition.nodes[0];
  const loop = first?.kind === "loop" ? first : null;
  const lone = first?.kind === "step" ? first : null;
  return (
    <div className={style.formPage}>
      <div className={style.formColumn}>
        {[...faults, ...warnings].map(({ place, problem }) => (
          <Notice
            key={place + problem}
            tone={faults.some((fault) => fault.place === place) ? "bad" : "warn"}
            title={sentenceOf(definition, place, problem)}
          />
        ))}
        {about}
        {lone && (
          <Who
            title="Designer"
            of="designer"
            place="nodes[0]"
            step={lone}
            {...{ definition, onChange, personas }}
          />
        )}
        {loop && <Round loop={loop} {...{ definition, onChange, personas }} />}
        {sandbox}
      </div>
      <aside className={style.formDrawing} aria-label="Drawing">
        <Pipeline
          label={label}
          definition={definition}
          roleOf={(name) => personas.find((persona) => persona.name === name)?.type}
          warnings={warnings}
        />
      </aside>
    </div>
  );
}

type Shared = Pick<ShapeFormProps, "definition" | "onChange" | "personas">;

function Round({ loop, ...shared }: Shared & { loop: LoopNode }) {
  const { definition, onChange } = shared;
  const [designer, checker] = loop.nodes;
  return (
    <>
      {designer?.kind === "step" && (
        <Who title="Designer" of="designer" place="nodes[0].nodes[0]" step={designer} {...shared} />
      )}
      {checker?.kind === "step" && (
        <Who title="Checker" of="checker" place="nodes[0].nodes[1]" step={checker} {...shared} />
      )}
      <section className={style.group} aria-label="Iterations">
        <h2 className={style.groupTitle}>Iterations</h2>
        <LoopField
          iterations={loop.max_iterations}
          onChange={(max_iterations) =>
            onChange(replace(definition, "nodes[0]", { ...loop, max_iterations }), "iterations")
          }
        />
      </section>
    </>
  );
}

interface WhoProps extends Shared {
  title: string;
  of: Role;
  place: Place;
  step: StepNode;
}

function Who({ title, of, place, step, definition, onChange, personas }: WhoProps) {
  return (
    <section className={style.group} aria-label={title}>
      <h2 className={style.groupTitle}>{title}</h2>
      <StepForm
        step={step}
        onChange={(next, group) => onChange(replace(definition, place, stepOf(next)), `${place} ${group}`)}
        personas={personas}
        personasOnly={false}
        fits={(each) => each === of}
      />
    </section>
  );
}

function sentenceOf(definition: Definition, place: Place, problem: string): string {
  const inLoop = /nodes\[0\]\.nodes\[(\d)\]/.exec(place);
  const first = definition.nodes[0];
  const step = inLoop && first?.kind === "loop" ? first.nodes[Number(inLoop[1])] : first;
  const who =
    step?.kind === "step" ? (step.persona ? nameWord(step.persona) : step.role && roleWord[step.role]) : null;
  return who ? `${who}: ${problem}.` : `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`;
}
