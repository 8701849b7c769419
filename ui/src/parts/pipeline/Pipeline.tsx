import {
  CircleAlert,
  Gauge,
  GripVertical,
  PenLine,
  Plus,
  Repeat,
  Scale,
  Search,
  ShieldCheck,
  Split,
  TriangleAlert,
} from "lucide-react";
import { createContext, type HTMLAttributes, type KeyboardEvent, type ReactNode, use, useRef } from "react";
import type {
  Definition,
  LoopNode,
  RaceNode,
  RaceVariant,
  Role,
  StepSettings,
  WorkflowFault,
  WorkflowNode,
} from "@/api/generated/bindings";
import { Menu, type MenuGroup } from "@/design/Menu";
import { classes } from "@/lib/classes";
import style from "./Pipeline.module.css";
import { MOST_VARIANTS, type Place } from "./tree";
import { useDragging } from "./useDragging";
import { frameWord, type Manner, mannerOf, nodeWord, stepNote, stepTitle, variantNote } from "./words";

/** What makes a drawing an editor. */
export interface Editing {
  selected: Place | null;
  onSelect: (place: Place) => void;
  /** What can be put at a position of a list. */
  additions: (list: Place, at: number) => MenuGroup[];
  onMoveTo: (place: Place, list: Place, at: number) => void;
  onAddVariant: (race: Place) => void;
}

interface PipelineProps {
  /** Its accessible name. */
  label: string;
  definition: Definition;
  /** The roles of the personas that steps name, for their icons. */
  roleOf?: (persona: string) => Role | undefined;
  faults?: readonly WorkflowFault[];
  warnings?: readonly WorkflowFault[];
  /** What stands at the end of a step's card: where a run is, what a step cost. */
  mark?: (place: Place) => ReactNode;
  /** Absent: it is only looked at. */
  editing?: Editing;
}

type Shared = Omit<PipelineProps, "label" | "definition"> & {
  grip?: (place: Place) => HTMLAttributes<HTMLElement>;
  target?: string | null;
  dragged?: Place | null;
};

const Context = createContext<Shared>({});

/** A workflow drawn from top to bottom: steps as cards, loops and races as frames around theirs. */
export function Pipeline({ label, definition, ...rest }: PipelineProps) {
  const canvas = useRef<HTMLElement>(null);
  const editing = rest.editing;
  const { dragged, target, grip } = useDragging(canvas, (place, list, at) =>
    editing?.onMoveTo(place, list, at),
  );

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const chosen = document.activeElement;
    if (by === 0 || !(chosen instanceof HTMLElement) || !chosen.dataset.place) return;
    event.preventDefault();
    const all = [...(canvas.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [])];
    all[all.indexOf(chosen) + by]?.focus();
  }

  return (
    <Context value={{ ...rest, ...(editing ? { grip, target, dragged } : {}) }}>
      <section ref={canvas} className={style.canvas} aria-label={label} onKeyDown={onKeyDown}>
        <span className={style.end}>Start</span>
        <NodeList nodes={definition.nodes} list="nodes" />
        <span className={style.end}>Done</span>
      </section>
    </Context>
  );
}

interface NodeListProps {
  nodes: readonly WorkflowNode[];
  list: Place;
}

function NodeList({ nodes, list }: NodeListProps) {
  return (
    <ol className={style.list}>
      {nodes.map((node, at) => {
        const place = `${list}[${at}]`;
        return (
          <li key={place} className={style.item}>
            <Slot list={list} at={at} />
            {node.kind === "step" ? (
              <StepCard step={node} place={place} movable />
            ) : node.kind === "loop" ? (
              <LoopFrame node={node} place={place} />
            ) : (
              <RaceFrame node={node} place={place} />
            )}
          </li>
        );
      })}
      <li className={style.item}>
        <Slot list={list} at={nodes.length} empty={nodes.length === 0} />
      </li>
    </ol>
  );
}

/** The line between two nodes; while editing, where something can be put. */
function Slot({ list, at, empty }: { list: Place; at: number; empty?: boolean }) {
  const { editing, target } = use(Context);
  const id = `${list}:${at}`;
  if (!editing) return <span className={style.line} aria-hidden />;
  return (
    <span className={classes(style.slot, target === id && style.target)} data-slot={id}>
      <Menu
        trigger={
          <button
            type="button"
            className={classes(style.add, empty && style.first)}
            aria-label={empty ? "Add the first step here" : "Add here"}
          >
            <Plus size={12} aria-hidden />
            {empty && "Add a step"}
          </button>
        }
        groups={editing.additions(list, at)}
      />
    </span>
  );
}

const icons: Record<Manner, typeof PenLine> = {
  makes: PenLine,
  gates: ShieldCheck,
  scores: Gauge,
  reads: Search,
};

interface StepCardProps {
  step: StepSettings;
  place: Place;
  movable?: boolean;
  judges?: boolean;
}

function StepCard({ step, place, movable, judges }: StepCardProps) {
  const { roleOf, mark } = use(Context);
  const manner = mannerOf(step.role ?? (step.persona ? roleOf?.(step.persona) : undefined));
  const Icon = judges ? Scale : icons[manner];
  const note = stepNote(step);
  const said = step.instructions?.trim();
  return (
    <Part place={place} className={classes(style.card, style[manner])} movable={movable ?? false}>
      <span className={style.icon}>
        <Icon size={14} aria-hidden />
      </span>
      <span className={style.words}>
        <span className={style.title}>{stepTitle(step)}</span>
        {note && <span className={style.note}>{note}</span>}
        {said && <span className={classes(style.note, "truncate")}>“{said}”</span>}
      </span>
      {mark && <span className={style.mark}>{mark(place)}</span>}
    </Part>
  );
}

function LoopFrame({ node, place }: { node: LoopNode; place: Place }) {
  return (
    <div className={classes(style.frame, style.loop)}>
      <Part place={place} className={style.head} movable>
        <Repeat size={14} aria-hidden />
        <span className={style.title}>{nodeWord(node)}</span>
        <span className={style.note}>until its checker passes</span>
      </Part>
      <NodeList nodes={node.nodes} list={`${place}.nodes`} />
    </div>
  );
}

/** The same steps in each lane; they are edited in the first. */
function RaceFrame({ node, place }: { node: RaceNode; place: Place }) {
  const { editing } = use(Context);
  return (
    <div className={classes(style.frame, style.race)}>
      <Part place={place} className={style.head} movable>
        <Split size={14} aria-hidden className={style.turned} />
        <span className={style.title}>{nodeWord(node)}</span>
        <span className={style.note}>the same steps side by side</span>
      </Part>
      <div className={style.lanes}>
        {node.variants.map((variant, at) => {
          const lane = `${place}.variants[${at}]`;
          return (
            <div key={lane} className={style.lane}>
              <Part place={lane} className={style.variant}>
                <span className={style.title}>{at + 1}</span>
                <span className={style.note}>{variantNote(variant)}</span>
              </Part>
              {at === 0 ? (
                <NodeList nodes={node.nodes} list={`${place}.nodes`} />
              ) : (
                <Ghosts nodes={node.nodes} variant={variant} />
              )}
            </div>
          );
        })}
        {editing && node.variants.length < MOST_VARIANTS && (
          <button
            type="button"
            className={style.addLane}
            aria-label="Add a variant"
            onClick={() => editing.onAddVariant(place)}
          >
            <Plus size={14} aria-hidden />
          </button>
        )}
      </div>
      <span className={style.line} aria-hidden />
      <StepCard step={node.judge} place={`${place}.judge`} judges />
    </div>
  );
}

/** What a lane does beside the first: its steps once more, as that variant has them. */
function Ghosts({ nodes, variant }: { nodes: readonly WorkflowNode[]; variant: RaceVariant }) {
  const { roleOf } = use(Context);
  const title = (step: StepSettings) => {
    const manner = mannerOf(step.role ?? (step.persona ? roleOf?.(step.persona) : undefined));
    return variant.persona && manner === "makes" ? stepTitle({ persona: variant.persona }) : stepTitle(step);
  };
  return (
    <ol className={style.list} aria-hidden>
      {nodes.map((node, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place is what the node is
        <li key={at} className={style.item}>
          <span className={classes(style.line, style.slotted)} />
          {node.kind === "step" ? (
            <span className={style.ghost}>{title(node)}</span>
          ) : (
            <div className={style.ghostFrame}>
              <span className={style.note}>{frameWord(node)}</span>
              <Ghosts nodes={node.nodes} variant={variant} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

interface PartProps {
  place: Place;
  className: string | undefined;
  movable?: boolean;
  children: ReactNode;
}

/** Something that can be chosen while editing, with what is wrong with it below. */
function Part({ place, className, movable, children }: PartProps) {
  const { editing, faults, warnings, grip, dragged } = use(Context);
  const wrong = (faults ?? []).filter((fault) => fault.place === place);
  const doubts = (warnings ?? []).filter((fault) => fault.place === place);
  const look = classes(
    style.part,
    className,
    wrong.length > 0 && style.wrong,
    dragged === place && style.dragged,
  );
  return (
    <div className={style.holder}>
      {editing ? (
        <button
          type="button"
          className={look}
          data-place={place}
          aria-pressed={editing.selected === place}
          aria-describedby={wrong.length + doubts.length > 0 ? `fault-${place}` : undefined}
          onFocus={() => editing.onSelect(place)}
          onClick={() => editing.onSelect(place)}
        >
          {movable && grip && (
            <span className={style.grip} {...grip(place)}>
              <GripVertical size={14} aria-hidden />
            </span>
          )}
          {children}
        </button>
      ) : (
        <div className={look}>{children}</div>
      )}
      {wrong.length + doubts.length > 0 && (
        <ul id={`fault-${place}`} className={style.faults}>
          {wrong.map(({ problem }) => (
            <li key={problem} className={style.fault}>
              <CircleAlert size={12} aria-hidden />
              {problem}
            </li>
          ))}
          {doubts.map(({ problem }) => (
            <li key={problem} className={style.doubt}>
              <TriangleAlert size={12} aria-hidden />
              {problem}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
