// Where the issues of a link graph stand: layers from left to right, what others wait for or belong to further left.
// Pure; for at most a hundred issues.

import type { IssueBrief, LinkEdge } from "../../../api/generated/bindings";

export const NODE = { width: 196, height: 44 };
const GAP = { x: 60, y: 16 };
const MARGIN = 12;
/** Sweeps over the layers; more change nothing that an eye would see. */
const SWEEPS = 8;

export interface Placed {
  issue: IssueBrief;
  x: number;
  y: number;
}

export interface Drawn extends LinkEdge {
  /** The path of an SVG line, from the issue that says it to the other. */
  path: string;
}

export interface Drawing {
  nodes: Placed[];
  edges: Drawn[];
  width: number;
  height: number;
}

/** Lays a graph out; `centre` is the issue that was asked for. */
export function layout(nodes: readonly IssueBrief[], edges: readonly LinkEdge[], centre: number): Drawing {
  const layers = ordered(layered(nodes, edges, centre), edges);
  const rows = Math.max(1, ...layers.map((layer) => layer.length));
  const height = 2 * MARGIN + rows * (NODE.height + GAP.y) - GAP.y;
  const width = 2 * MARGIN + Math.max(1, layers.length) * (NODE.width + GAP.x) - GAP.x;
  const byNumber = new Map(nodes.map((issue) => [issue.number, issue]));
  const placed = new Map<number, Placed>();
  layers.forEach((layer, column) => {
    const used = layer.length * (NODE.height + GAP.y) - GAP.y;
    layer.forEach((number, row) => {
      const issue = byNumber.get(number);
      if (!issue) return;
      const x = MARGIN + column * (NODE.width + GAP.x);
      const y = (height - used) / 2 + row * (NODE.height + GAP.y);
      placed.set(number, { issue, x, y });
    });
  });
  const drawn = edges.flatMap((edge) => {
    const [from, to] = [placed.get(edge.from), placed.get(edge.to)];
    return from && to ? [{ ...edge, path: path(from, to) }] : [];
  });
  return { nodes: [...placed.values()], edges: drawn, width, height };
}

/** The issues by layer. Who waits, belongs or repeats stands right of the other; who merely relates, beside it. */
function layered(nodes: readonly IssueBrief[], edges: readonly LinkEdge[], centre: number): number[][] {
  const known = new Set(nodes.map((issue) => issue.number));
  const within = edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  const layer = new Map<number, number>();
  for (const start of [centre, ...known]) {
    if (layer.has(start) || !known.has(start)) continue;
    layer.set(start, 0);
    const queue = [start];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const at = layer.get(next) ?? 0;
      for (const edge of within) {
        const other = edge.from === next ? edge.to : edge.to === next ? edge.from : null;
        if (other === null || layer.has(other)) continue;
        const step = edge.relation === "relates_to" ? 0 : edge.from === next ? -1 : 1;
        layer.set(other, at + step);
        queue.push(other);
      }
    }
  }
  straighten(layer, within);
  const least = Math.min(0, ...layer.values());
  const layers: number[][] = [];
  for (const [number, at] of layer) {
    const column = at - least;
    layers[column] = [...(layers[column] ?? []), number];
  }
  return Array.from(layers, (each) => each ?? []).filter((each) => each.length > 0);
}

/** Moves to the right what would stand left of what it waits for; a circle of waiting ends after as many rounds. */
function straighten(layer: Map<number, number>, edges: readonly LinkEdge[]): void {
  const directed = edges.filter((edge) => edge.relation !== "relates_to");
  for (let round = 0; round < Math.min(layer.size, 20); round++) {
    let moved = false;
    for (const { from, to } of directed) {
      const least = (layer.get(to) ?? 0) + 1;
      if ((layer.get(from) ?? 0) >= least) continue;
      layer.set(from, least);
      moved = true;
    }
    if (!moved) return;
  }
}

/** Each layer in the order of what its issues are linked to, so that few lines cross. */
function ordered(layers: number[][], edges: readonly LinkEdge[]): number[][] {
  const neighbours = new Map<number, number[]>();
  for (const { from, to } of edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const result = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const place = new Map<number, number>();
    const settle = (layer: readonly number[]) => {
      for (const [row, number] of layer.entries()) place.set(number, row - layer.length / 2);
    };
    for (const layer of result) settle(layer);
    const columns = [...result.keys()];
    for (const column of sweep % 2 === 0 ? columns : columns.reverse()) {
      const layer = result[column] ?? [];
      const weight = new Map(
        layer.map((number) => [
          number,
          mean((neighbours.get(number) ?? []).map((each) => place.get(each) ?? 0)),
        ]),
      );
      layer.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0));
      settle(layer);
    }
  }
  return result;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A line from one box to another: sideways between layers, around the right within one. */
function path(from: Placed, to: Placed): string {
  const [y1, y2] = [from.y + NODE.height / 2, to.y + NODE.height / 2];
  if (from.x === to.x) {
    const x = from.x + NODE.width;
    const out = x + GAP.x / 2;
    return `M${x} ${y1}C${out} ${y1} ${out} ${y2} ${x} ${y2}`;
  }
  const right = from.x > to.x;
  const x1 = right ? from.x : from.x + NODE.width;
  const x2 = right ? to.x + NODE.width : to.x;
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}
