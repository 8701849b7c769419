import { describe, expect, it } from "vitest";
import type { Definition, WorkflowNode } from "@/api/generated/bindings";
import { insert, lookAt, move, moveTo, nodeAt, remove, replaceIn, steps, unwrap, wrap } from "./tree";

const step = (name: string): WorkflowNode => ({ kind: "step", persona: name });
const loop = (...nodes: WorkflowNode[]): WorkflowNode => ({ kind: "loop", nodes, max_iterations: 3 });
const race = (...nodes: WorkflowNode[]): WorkflowNode => ({
  kind: "race",
  nodes,
  variants: [{}, { tool: "x" }],
  judge: { role: "judge" },
});

/** The tree in letters: `a(b c)d`, a race in brackets. */
function drawn({ nodes }: Definition): string {
  return nodes
    .map((node) => {
      if (node.kind === "step") return node.persona;
      const inner = drawn({ nodes: node.nodes });
      return node.kind === "loop" ? `(${inner})` : `[${inner}]`;
    })
    .join("");
}

const tree: Definition = { nodes: [step("a"), loop(step("b"), step("c")), step("d")] };

describe("a workflow's tree", () => {
  it("moves a step in the order in which one reads, into frames and out of them", () => {
    let now = { definition: tree, place: "nodes[0]" as string | null };
    const seen = [drawn(tree)];
    for (let times = 0; times < 5; times++) {
      now = move(now.definition, now.place ?? "", 1);
      seen.push(drawn(now.definition));
      expect(nodeAt(now.definition, now.place ?? ""), "what moves stays chosen").toEqual(step("a"));
    }
    expect(seen).toEqual(["a(bc)d", "(abc)d", "(bac)d", "(bca)d", "(bc)ad", "(bc)da"]);
    for (let times = 0; times < 5; times++) now = move(now.definition, now.place ?? "", -1);
    expect(drawn(now.definition), "and all the way back").toBe("a(bc)d");
    expect(move(tree, "nodes[0]", -1).definition, "the first goes no further").toBe(tree);
  });

  it("drags a node anywhere but into itself", () => {
    expect(drawn(moveTo(tree, "nodes[0]", "nodes[1].nodes", 1).definition)).toBe("(bac)d");
    expect(moveTo(tree, "nodes[0]", "nodes[1].nodes", 1).place, "the list moved up").toBe(
      "nodes[0].nodes[1]",
    );
    expect(drawn(moveTo(tree, "nodes[1].nodes[0]", "nodes", 3).definition)).toBe("a(c)db");
    expect(drawn(moveTo(tree, "nodes[2]", "nodes", 0).definition)).toBe("da(bc)");
    expect(moveTo(tree, "nodes[1]", "nodes[1].nodes", 0).definition).toBe(tree);
  });

  it("wraps, unwraps, adds and removes, and says what is chosen then", () => {
    const wrapped = wrap(tree, "nodes[2]", "race");
    expect(drawn(wrapped.definition)).toBe("a(bc)[d]");
    expect(drawn(unwrap(wrapped.definition, "nodes[2]").definition)).toBe("a(bc)d");
    expect(drawn(unwrap(tree, "nodes[1]").definition)).toBe("abcd");
    expect(drawn(insert(tree, "nodes[1].nodes", 2, step("x")).definition)).toBe("a(bcx)d");
    const gone = remove(tree, "nodes[2]");
    expect([drawn(gone.definition), gone.place]).toEqual(["a(bc)", "nodes[1]"]);
    const last = remove(remove(tree, "nodes[1].nodes[0]").definition, "nodes[1].nodes[0]");
    expect([drawn(last.definition), last.place], "an empty frame is chosen, to be filled").toEqual([
      "a()d",
      "nodes[1]",
    ]);
    expect(remove({ nodes: [step("a")] }, "nodes[0]").place).toBeNull();
    expect(drawn(tree), "nothing was changed in place").toBe("a(bc)d");
  });

  it("knows the judge and the variants of a race", () => {
    const raced: Definition = { nodes: [race(step("a"))] };
    const judged = replaceIn(raced, "nodes[0].judge", { persona: "mine" });
    expect(lookAt(judged, "nodes[0].judge")).toEqual({ is: "judge", judge: { persona: "mine" } });
    const varied = replaceIn(raced, "nodes[0].variants[1]", { model: "m" });
    expect(lookAt(varied, "nodes[0].variants[1]")).toEqual({
      is: "variant",
      variant: { model: "m" },
      index: 1,
    });
    const fewer = remove(raced, "nodes[0].variants[0]");
    expect([lookAt(fewer.definition, "nodes[0].variants[1]"), fewer.place]).toEqual([null, "nodes[0]"]);
    expect(steps(raced).map(({ place }) => place)).toEqual(["nodes[0].nodes[0]", "nodes[0].judge"]);
    for (const nowhere of ["", "nodes", "nodes[9]", "nodes[0].nodes[0].judge", "nodes[0].variants[7]"]) {
      expect(lookAt(raced, nowhere), nowhere).toBeNull();
    }
  });
});
