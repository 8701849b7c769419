// Workflow trees and the places in them, as `workflow_check` names them: `nodes[1].nodes[0]`, `nodes[2].judge`. Pure:
// every change answers a new definition and shares what it did not touch.

import type { Definition, RaceVariant, StepNode, StepSettings, WorkflowNode } from "@/api/generated/bindings";

/** A node, a judge or a variant of a race, or a list of nodes. */
export type Place = string;

/** How often a loop may go round, and how many variants a race has (SPEC 8). */
export const MOST_ITERATIONS = 20;
export const FEWEST_VARIANTS = 2;
export const MOST_VARIANTS = 8;

export interface Changed {
  definition: Definition;
  /** Where what was changed is now; null: nothing is left to choose. */
  place: Place | null;
}

/** What is at a place. */
export type At =
  | { is: "node"; node: WorkflowNode }
  | { is: "judge"; judge: StepSettings }
  | { is: "variant"; variant: RaceVariant; index: number };

/** A list of nodes and a position in it. */
interface Spot {
  list: Place;
  at: number;
}

export function lookAt(definition: Definition, place: Place): At | null {
  const judged = /^(.*)\.judge$/.exec(place);
  if (judged) {
    const race = nodeAt(definition, judged[1] ?? "");
    return race?.kind === "race" ? { is: "judge", judge: race.judge } : null;
  }
  const varied = /^(.*)\.variants\[(\d+)\]$/.exec(place);
  if (varied) {
    const race = nodeAt(definition, varied[1] ?? "");
    const index = Number(varied[2]);
    const variant = race?.kind === "race" ? race.variants[index] : undefined;
    return variant ? { is: "variant", variant, index } : null;
  }
  const node = nodeAt(definition, place);
  return node ? { is: "node", node } : null;
}

export function nodeAt(definition: Definition, place: Place): WorkflowNode | null {
  const spot = spotOf(place);
  return (spot && nodesOf(definition, spot.list)?.[spot.at]) ?? null;
}

/** The nodes of a list: `nodes`, or `nodes[1].nodes`. */
export function nodesOf(definition: Definition, list: Place): WorkflowNode[] | null {
  if (list === "nodes") return definition.nodes;
  const owner = nodeAt(definition, list.replace(/\.nodes$/, ""));
  return owner && owner.kind !== "step" ? owner.nodes : null;
}

/** Puts another in the place of a node. */
export function replace(definition: Definition, place: Place, node: WorkflowNode): Definition {
  return splice(definition, place, 1, [node]);
}

/** Changes the judge or a variant of a race. */
export function replaceIn(
  definition: Definition,
  place: Place,
  value: StepSettings | RaceVariant,
): Definition {
  const owner = place.replace(/\.(judge|variants\[\d+\])$/, "");
  const race = nodeAt(definition, owner);
  const found = lookAt(definition, place);
  if (race?.kind !== "race" || !found) return definition;
  if (found.is === "judge") return replace(definition, owner, { ...race, judge: value });
  if (found.is !== "variant") return definition;
  return replace(definition, owner, { ...race, variants: race.variants.with(found.index, value) });
}

export function insert(definition: Definition, list: Place, at: number, node: WorkflowNode): Changed {
  const place = `${list}[${at}]`;
  return { definition: splice(definition, place, 0, [node]), place };
}

/** Takes a node out, or a variant; the judge stays, for every race has one. */
export function remove(definition: Definition, place: Place): Changed {
  const found = lookAt(definition, place);
  if (found?.is === "variant") {
    const owner = place.replace(/\.variants\[\d+\]$/, "");
    const race = nodeAt(definition, owner);
    if (race?.kind !== "race") return { definition, place };
    const variants = race.variants.toSpliced(found.index, 1);
    return { definition: replace(definition, owner, { ...race, variants }), place: owner };
  }
  const spot = spotOf(place);
  if (found?.is !== "node" || !spot) return { definition, place };
  const next = splice(definition, place, 1, []);
  const left = nodesOf(next, spot.list)?.length ?? 0;
  if (left > 0) return { definition: next, place: `${spot.list}[${Math.min(spot.at, left - 1)}]` };
  return { definition: next, place: spot.list === "nodes" ? null : spot.list.replace(/\.nodes$/, "") };
}

/**
 * Moves a node one on in the order in which one reads: past its neighbour, and a step into a frame beside it; what
 * stands at the edge of a frame leaves it.
 */
export function move(definition: Definition, place: Place, by: 1 | -1): Changed {
  const spot = spotOf(place);
  const nodes = spot && nodesOf(definition, spot.list);
  const node = spot && nodes?.[spot.at];
  if (!spot || !nodes || !node) return { definition, place };
  const neighbour = nodes[spot.at + by];
  if (!neighbour) {
    const owner = spot.list === "nodes" ? null : spotOf(spot.list.replace(/\.nodes$/, ""));
    if (!owner) return { definition, place };
    return moveTo(definition, place, owner.list, by > 0 ? owner.at + 1 : owner.at);
  }
  if (node.kind === "step" && neighbour.kind !== "step") {
    const inside = `${spot.list}[${spot.at + by}].nodes`;
    return moveTo(definition, place, inside, by > 0 ? 0 : neighbour.nodes.length);
  }
  return moveTo(definition, place, spot.list, by > 0 ? spot.at + 2 : spot.at - 1);
}

/** Moves a node before what stands at `at` of a list; never into itself. Places are as they are before. */
export function moveTo(definition: Definition, place: Place, list: Place, at: number): Changed {
  const spot = spotOf(place);
  const node = nodeAt(definition, place);
  if (!spot || !node || list.startsWith(`${place}.`)) return { definition, place };
  const goal = afterRemoval(spot, { list, at });
  const without = splice(definition, place, 1, []);
  return insert(without, goal.list, goal.at, node);
}

/** Puts a loop or a race around a node. */
export function wrap(definition: Definition, place: Place, kind: "loop" | "race"): Changed {
  const node = nodeAt(definition, place);
  if (!node) return { definition, place };
  const frame: WorkflowNode =
    kind === "loop"
      ? { kind, nodes: [node], max_iterations: 3 }
      : { kind, nodes: [node], variants: [{}, {}], judge: { role: "judge" } };
  return { definition: replace(definition, place, frame), place };
}

/** Takes a frame away and leaves what was in it. */
export function unwrap(definition: Definition, place: Place): Changed {
  const node = nodeAt(definition, place);
  if (!node || node.kind === "step") return { definition, place };
  const next = splice(definition, place, 1, node.nodes);
  return { definition: next, place: nodeAt(next, place) ? place : null };
}

/** Every step of a tree with its place, in the order in which one reads; judges come after their races. */
export function steps(definition: Definition): { place: Place; step: StepSettings }[] {
  const within = (nodes: readonly WorkflowNode[], list: Place): { place: Place; step: StepSettings }[] =>
    nodes.flatMap((node, at) => {
      const place = `${list}[${at}]`;
      if (node.kind === "step") return [{ place, step: node }];
      const inner = within(node.nodes, `${place}.nodes`);
      return node.kind === "race" ? [...inner, { place: `${place}.judge`, step: node.judge }] : inner;
    });
  return within(definition.nodes, "nodes");
}

/** A step's settings without what is empty, as they are kept. */
export function tidy<T extends object>(settings: T): T {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== "" && value !== undefined && value !== null),
  ) as T;
}

export function stepOf(settings: StepSettings): StepNode {
  return { kind: "step", ...settings };
}

function spotOf(place: Place): Spot | null {
  const found = /^(.*)\[(\d+)\]$/.exec(place);
  return found?.[1] ? { list: found[1], at: Number(found[2]) } : null;
}

/** Where a goal is once a node of the same or an outer list is gone. */
function afterRemoval(gone: Spot, goal: Spot): Spot {
  if (goal.list === gone.list) return { list: goal.list, at: goal.at > gone.at ? goal.at - 1 : goal.at };
  const below = `${gone.list}[`;
  if (!goal.list.startsWith(below)) return goal;
  const rest = goal.list.slice(below.length);
  const end = rest.indexOf("]");
  const index = Number(rest.slice(0, end));
  return index > gone.at ? { list: `${below}${index - 1}${rest.slice(end)}`, at: goal.at } : goal;
}

function splice(definition: Definition, place: Place, gone: number, put: WorkflowNode[]): Definition {
  const spot = spotOf(place);
  if (!spot) return definition;
  const nodes = nodesOf(definition, spot.list);
  if (!nodes) return definition;
  const next = nodes.toSpliced(spot.at, gone, ...put);
  if (spot.list === "nodes") return { ...definition, nodes: next };
  const owner = spot.list.replace(/\.nodes$/, "");
  const node = nodeAt(definition, owner);
  if (!node || node.kind === "step") return definition;
  return splice(definition, owner, 1, [{ ...node, nodes: next }]);
}
