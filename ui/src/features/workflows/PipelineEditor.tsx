import { ArrowDown, ArrowUp, Repeat, Split, SquareDashed, Trash2 } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { ActionButton } from "@/actions/ActionButton";
import type { ActionContext } from "@/actions/registry";
import { useActions } from "@/actions/useActions";
import {
  allRole,
  type Definition,
  type Persona,
  type Role,
  type WorkflowFault,
  type WorkflowNode,
} from "@/api/generated/bindings";
import type { MenuGroup } from "@/design/Menu";
import { Notice } from "@/design/States";
import { Pipeline } from "@/parts/pipeline/Pipeline";
import {
  type Changed,
  FEWEST_VARIANTS,
  insert,
  lookAt,
  move,
  moveTo,
  nodeAt,
  type Place,
  remove,
  replace,
  unwrap,
  wrap,
} from "@/parts/pipeline/tree";
import { nameWord, roleWord } from "@/parts/pipeline/words";
import { PartForm } from "./PartForm";
import style from "./Pipeline.module.css";

interface PipelineEditorProps {
  label: string;
  definition: Definition;
  onChange: (definition: Definition, group?: string) => void;
  selected: Place | null;
  onSelect: (place: Place | null) => void;
  personas: readonly Persona[];
  personasOnly: boolean;
  faults: readonly WorkflowFault[];
  warnings: readonly WorkflowFault[];
  /** Stands at the side while nothing is chosen, and below what is. */
  about: ReactNode;
  sandbox: ReactNode;
}

/** A workflow drawn and edited: the drawing in the middle, what is chosen at the side. */
export function PipelineEditor({
  label,
  definition,
  onChange,
  selected,
  onSelect,
  personas,
  personasOnly,
  faults,
  warnings,
  about,
  sandbox,
}: PipelineEditorProps) {
  const canvas = useRef<HTMLDivElement>(null);
  // What was moved or made gets the focus where it is then.
  const focusNext = useRef(false);
  const chosen = selected === null ? null : lookAt(definition, selected);
  const node = chosen?.is === "node" ? chosen.node : null;

  useEffect(() => {
    if (!focusNext.current || selected === null) return;
    focusNext.current = false;
    canvas.current?.querySelector<HTMLElement>(`[data-place="${selected}"]`)?.focus();
  });

  function apply({ definition: next, place }: Changed) {
    if (next === definition) return;
    focusNext.current = true;
    onChange(next);
    onSelect(place);
  }

  /** Keys act on what is chosen only from within the drawing. */
  function meant(context: ActionContext): boolean {
    return context.from !== "keys" || (canvas.current?.contains(document.activeElement) ?? false);
  }
  const onNode = (change: (place: Place) => Changed, when = () => node !== null) => ({
    when: () => selected !== null && when(),
    run: (context: ActionContext) => {
      if (selected !== null && meant(context)) apply(change(selected));
    },
  });
  const race =
    chosen?.is === "variant" ? nodeAt(definition, selected?.replace(/\.variants\[\d+\]$/, "") ?? "") : null;
  const removable = node !== null || (race?.kind === "race" && race.variants.length > FEWEST_VARIANTS);

  useActions({
    "node.add": () => {
      const spot = selected === null ? null : /^(.*)\[(\d+)\]$/.exec(node ? selected : "");
      const id = spot ? `${spot[1]}:${Number(spot[2]) + 1}` : `nodes:${definition.nodes.length}`;
      canvas.current?.querySelector<HTMLElement>(`[data-slot="${id}"] button`)?.click();
    },
    "node.up": onNode((place) => move(definition, place, -1)),
    "node.down": onNode((place) => move(definition, place, 1)),
    "node.loop": onNode((place) => wrap(definition, place, "loop")),
    "node.race": onNode((place) => wrap(definition, place, "race")),
    "node.unwrap": onNode(
      (place) => unwrap(definition, place),
      () => node !== null && node.kind !== "step",
    ),
    "node.remove": onNode(
      (place) => remove(definition, place),
      () => removable,
    ),
  });

  const additions = (list: Place, at: number): MenuGroup[] => {
    const put = (made: WorkflowNode) => apply(insert(definition, list, at, made));
    const roleItems = allRole
      .filter((role) => role !== "judge")
      .map((role) => ({ id: role, title: roleWord[role], onSelect: () => put({ kind: "step", role }) }));
    const personaItems = personas
      .filter(({ type, enabled }) => type !== "judge" && enabled)
      .map(({ name, title }) => ({
        id: `persona:${name}`,
        title,
        onSelect: () => put({ kind: "step", persona: name }),
      }));
    const [designer, checker]: WorkflowNode[] = personasOnly
      ? [
          { kind: "step", persona: "designer" },
          { kind: "step", persona: "checker" },
        ]
      : [
          { kind: "step", role: "designer" },
          { kind: "step", role: "checker" },
        ];
    if (!designer || !checker) return [];
    return [
      {
        label: "Around steps",
        items: [
          {
            id: "loop",
            title: "Loop: designer and checker",
            icon: <Repeat size={14} aria-hidden />,
            onSelect: () => put({ kind: "loop", nodes: [designer, checker], max_iterations: 3 }),
          },
          {
            id: "race",
            title: "Race of three designers",
            icon: <Split size={14} aria-hidden />,
            onSelect: () =>
              put({ kind: "race", nodes: [designer], variants: [{}, {}, {}], judge: { role: "judge" } }),
          },
        ],
      },
      personasOnly ? { label: "Personas", items: personaItems } : { label: "Steps", items: roleItems },
      ...(personasOnly ? [] : [{ label: "Personas", items: personaItems.filter(isOwnName) }]),
    ];
  };

  const roots = faults.filter(({ place }) => lookAt(definition, place) === null);
  return (
    <div className={style.editor}>
      <div className={style.middle}>
        <div className={style.tools} role="toolbar" aria-label="Change what is chosen">
          <ActionButton
            action="node.up"
            size="small"
            kind="quiet"
            disabled={!node}
            icon={<ArrowUp size={14} aria-hidden />}
          >
            Up
          </ActionButton>
          <ActionButton
            action="node.down"
            size="small"
            kind="quiet"
            disabled={!node}
            icon={<ArrowDown size={14} aria-hidden />}
          >
            Down
          </ActionButton>
          <ActionButton
            action="node.loop"
            size="small"
            kind="quiet"
            disabled={!node}
            icon={<Repeat size={14} aria-hidden />}
          >
            Loop
          </ActionButton>
          <ActionButton
            action="node.race"
            size="small"
            kind="quiet"
            disabled={!node}
            icon={<Split size={14} aria-hidden />}
          >
            Race
          </ActionButton>
          <ActionButton
            action="node.unwrap"
            size="small"
            kind="quiet"
            disabled={!node || node.kind === "step"}
            icon={<SquareDashed size={14} aria-hidden />}
          >
            Unwrap
          </ActionButton>
          <ActionButton
            action="node.remove"
            size="small"
            kind="quiet"
            disabled={!removable}
            icon={<Trash2 size={14} aria-hidden />}
          >
            Remove
          </ActionButton>
        </div>
        {roots.length > 0 && (
          <div className={style.roots}>
            {roots.map(({ place, problem }) => (
              <Notice
                key={place + problem}
                tone="bad"
                title={`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`}
              />
            ))}
          </div>
        )}
        <div ref={canvas} className={style.scroll}>
          <Pipeline
            label={label}
            definition={definition}
            roleOf={(name) => personas.find((persona) => persona.name === name)?.type}
            faults={faults}
            warnings={warnings}
            editing={{
              selected,
              onSelect,
              additions,
              onMoveTo: (place, list, at) => apply(moveTo(definition, place, list, at)),
              onAddVariant: (place) => {
                const found = nodeAt(definition, place);
                if (found?.kind !== "race") return;
                const variants = [...found.variants, {}];
                apply({
                  definition: replace(definition, place, { ...found, variants }),
                  place: `${place}.variants[${variants.length - 1}]`,
                });
              },
            }}
          />
        </div>
      </div>
      <aside className={style.side} aria-label="What is chosen">
        {chosen && selected !== null && (
          <PartForm
            key={selected}
            place={selected}
            part={chosen}
            definition={definition}
            personas={personas}
            personasOnly={personasOnly}
            onChange={onChange}
          />
        )}
        {about}
        {sandbox}
      </aside>
    </div>
  );
}

/** Those that are more than their role: a step of the role gets the others anyway. */
function isOwnName({ id }: { id: string }): boolean {
  return !allRole.some((role: Role) => id === `persona:${role}`);
}

/** What a place is called at the head of its form. */
export function placeTitle(definition: Definition, place: Place): string {
  const part = lookAt(definition, place);
  if (part?.is === "judge") return "Judge of the race";
  if (part?.is === "variant") return `Variant ${part.index + 1}`;
  if (part?.is !== "node") return "";
  if (part.node.kind === "loop") return "Loop";
  if (part.node.kind === "race") return "Race";
  return part.node.persona
    ? `Step · ${nameWord(part.node.persona)}`
    : `Step · ${part.node.role ? roleWord[part.node.role] : ""}`;
}
