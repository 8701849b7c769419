import { describe, expect, it } from "vitest";
import type { IssueBrief, LinkEdge } from "../../../api/generated/bindings";
import { layout, NODE } from "./layout";

const brief = (number: number): IssueBrief => ({
  number,
  title: `Issue ${number}`,
  status: "open",
  priority: "medium",
});
const edge = (from: number, relation: LinkEdge["relation"], to: number): LinkEdge => ({ from, to, relation });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => brief(index + 1));

function xOf(drawing: ReturnType<typeof layout>, number: number): number {
  return drawing.nodes.find((node) => node.issue.number === number)?.x ?? Number.NaN;
}

describe("the graph of links", () => {
  it("puts what others wait for further left", () => {
    const drawn = layout(numbers(3), [edge(1, "blocked_by", 2), edge(2, "blocked_by", 3)], 1);
    expect(xOf(drawn, 3)).toBeLessThan(xOf(drawn, 2));
    expect(xOf(drawn, 2)).toBeLessThan(xOf(drawn, 1));
  });

  it("puts a short way beside a long one without turning an arrow round", () => {
    const edges = [edge(1, "blocked_by", 2), edge(2, "blocked_by", 3), edge(1, "blocked_by", 3)];
    const drawn = layout(numbers(3), edges, 1);
    for (const { from, to } of edges)
      expect(xOf(drawn, to), `#${to} before #${from}`).toBeLessThan(xOf(drawn, from));
  });

  it("puts what merely relates in the same layer", () => {
    const drawn = layout(numbers(2), [edge(1, "relates_to", 2)], 1);
    expect(xOf(drawn, 1)).toBe(xOf(drawn, 2));
  });

  it("draws a circle of waiting instead of running for ever", () => {
    const edges = [edge(1, "blocked_by", 2), edge(2, "blocked_by", 3), edge(3, "blocked_by", 1)];
    const drawn = layout(numbers(3), edges, 1);
    expect(drawn.nodes).toHaveLength(3);
    expect(drawn.edges).toHaveLength(3);
  });

  it("shows every issue once, within the canvas, and no two in one place", () => {
    const edges = numbers(100).map(({ number }) => edge(number, "child_of", Math.ceil(number / 3)));
    const drawn = layout(
      numbers(100),
      edges.filter(({ from, to }) => from !== to),
      1,
    );
    expect(drawn.nodes).toHaveLength(100);
    const places = new Set(drawn.nodes.map(({ x, y }) => `${x} ${y}`));
    expect(places.size, "a box under another cannot be read").toBe(100);
    for (const { x, y } of drawn.nodes) {
      expect(x >= 0 && y >= 0 && x + NODE.width <= drawn.width && y + NODE.height <= drawn.height).toBe(true);
    }
  });

  it("leaves out lines to issues that were cut", () => {
    expect(layout(numbers(2), [edge(1, "blocks", 99), edge(1, "blocks", 2)], 1).edges).toHaveLength(1);
  });

  it("shows one issue alone", () => {
    expect(layout([brief(1)], [], 1).nodes).toHaveLength(1);
  });
});
