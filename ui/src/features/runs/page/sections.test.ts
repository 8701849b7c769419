import { describe, expect, it } from "vitest";
import type { Candidate, Step } from "@/api/generated/bindings";
import { sections, spent } from "./sections";

const step = (position: number, lane: number, more: Partial<Step> = {}) =>
  ({
    position,
    lane,
    cost_usd: null,
    input_tokens: 1,
    output_tokens: 2,
    started_at: position,
    ...more,
  }) as Step;
const candidate = (lane: number, race: string) => ({ lane, race }) as Candidate;

describe("the sections of a timeline", () => {
  it("put the steps of a race's candidates together, where the race began", () => {
    const found = sections({
      steps: [step(0, 0), step(1, 1), step(2, 2), step(3, 1), step(4, 0)],
      candidates: [candidate(1, "1!"), candidate(2, "1!")],
    });
    const told = found.map((section) =>
      section.race === null
        ? section.step.position
        : section.lanes.map(({ candidate, steps }) => [candidate.lane, steps.map((each) => each.position)]),
    );
    expect(told).toEqual([
      0,
      [
        [1, [1, 3]],
        [2, [2]],
      ],
      4,
    ]);
  });

  it("count what a lane took, and leave unknown what no tool told", () => {
    const steps = [step(0, 1, { cost_usd: 0.5, finished_at: 3 }), step(1, 1, { finished_at: 9 }), step(2, 2)];
    expect(spent({ steps }, 1)).toEqual({ cost: 0.5, tokens: 6, from: 0, to: 9 });
    expect(spent({ steps }, 2).cost, "unknown is not zero").toBeNull();
  });
});
