import { afterEach, describe, expect, it, vi } from "vitest";
import { parseKeys } from "../lib/keys";
import { type ActionId, catalogue, entryOf } from "./catalogue";
import { type ActionHandlers, liveActions, paletteActions, registerActions, runAction } from "./registry";

let ends: (() => void)[] = [];
const live = (handlers: ActionHandlers, order = 0) => {
  const end = registerActions(() => handlers, order);
  ends.push(end);
  return end;
};

afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

describe("actions", () => {
  it("live as long as their page", () => {
    const run = vi.fn();
    const end = live({ "run.cancel": run });
    expect(runAction("run.cancel"), "the page is there").toBe(true);
    end();
    ends = [];
    expect(runAction("run.cancel"), "the page is gone").toBe(false);
    expect(run, "once").toHaveBeenCalledOnce();
  });

  it("are answered by the innermost page that has them", () => {
    const outer = vi.fn();
    const inner = vi.fn();
    live({ "search.focus": inner }, 2);
    live({ "search.focus": outer }, 1);
    runAction("search.focus");
    expect(inner, "the inner search").toHaveBeenCalledOnce();
    expect(outer, "not the outer one").not.toHaveBeenCalled();
  });

  it("offer in the palette what makes sense from there", () => {
    live({
      "list.next": () => {},
      "palette.open": () => {},
      "issue.new": () => {},
      undo: { run: () => {}, when: () => false },
    });
    expect(liveActions(), "what can run").toContain("list.next");
    expect(paletteActions(), "no moving in lists, no palette in the palette, nothing impossible").toEqual([
      "issue.new",
    ]);
  });

  it("never have the same keys in the same group twice, unless only one of them can ever run", () => {
    const exclusive = new Set<ActionId>(["run.pause", "run.resume", "workflow.new", "persona.new"]);
    const seen = new Map<string, ActionId>();
    for (const id of Object.keys(catalogue) as ActionId[]) {
      for (const keys of entryOf(id).keys ?? []) {
        const name = `${entryOf(id).group}: ${JSON.stringify(parseKeys(keys))}`;
        const other = seen.get(name);
        const clash = other !== undefined && !(exclusive.has(id) && exclusive.has(other));
        expect(clash, `${keys} would be both ${id} and ${other}`).toBe(false);
        seen.set(name, id);
      }
    }
  });
});
