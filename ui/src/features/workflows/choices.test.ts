import { describe, expect, it } from "vitest";
import type { Definition, Persona } from "@/api/generated/bindings";
import { nameFault, shaped, whoChoices, withWho } from "./choices";

const persona = (name: string, type: Persona["type"], enabled = true) =>
  ({ name, title: name, type, enabled }) as Persona;
const personas = [
  persona("designer", "designer"),
  persona("checker", "checker"),
  persona("mine", "designer"),
  persona("off", "designer", false),
];

const pipeline: Definition = {
  nodes: [
    { kind: "step", role: "investigator" },
    {
      kind: "loop",
      max_iterations: 7,
      nodes: [
        { kind: "step", persona: "designer", model: "m" },
        { kind: "step", role: "checker" },
      ],
    },
  ],
};

describe("the shapes of workflows", () => {
  it("keep what fits when the type changes", () => {
    expect(shaped("designer_checker", pipeline, personas).nodes).toEqual([pipeline.nodes[1]]);
    expect(shaped("single_designer", pipeline, personas).nodes, "with its model").toEqual([
      { kind: "step", persona: "designer", model: "m" },
    ]);
    expect(shaped("custom_pipeline", pipeline, personas)).toBe(pipeline);
    const named = JSON.stringify(shaped("persona_pipeline", pipeline, personas));
    expect(named, "a role becomes the persona of its name").toContain('"persona":"checker"');
    expect(named, "one that nobody has stays, and is told").toContain('"role":"investigator"');
  });
});

describe("who does a step", () => {
  it("is of a role that fits, and enabled unless it is chosen already", () => {
    const values = (chosen: object) =>
      whoChoices(personas, (role) => role === "designer", false, chosen).map(({ value }) => value);
    expect(values({})).toEqual(["role:designer", "persona:mine"]);
    expect(values({ persona: "designer" })).toContain("persona:designer");
    expect(values({ persona: "off" })).toContain("persona:off");
    expect(values({ persona: "gone" }), "what is missing can be seen").toContain("persona:gone");
    expect(withWho({ role: "designer", model: "m" }, "persona:mine")).toEqual({
      persona: "mine",
      model: "m",
    });
  });
});

it("says what is wrong with a name while it is typed", () => {
  expect(nameFault("mine-2", [])).toBeNull();
  for (const wrong of ["", "Mine", "2nd", "a b", "x".repeat(61)]) expect(nameFault(wrong, [])).toMatch(/60/);
  expect(nameFault("mine", ["mine"])).toMatch(/taken/);
});
