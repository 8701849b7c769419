import { expect, it } from "vitest";
import { ACTIVE, ALL, scoped, viewOf, views } from "./views";

it("finds the view of a query however it is spaced, and none for a query of one's own", () => {
  expect(viewOf(" is:active   is:closed ")?.name, "a link must light its tab").toBe("All");
  expect(viewOf("is:active")?.name).toBe("Active");
  expect(viewOf("is:open label:bug")).toBeNull();
});

it("counts what its query lists", () => {
  const counts = {
    open: 1,
    triaged: 20,
    assigned: 300,
    in_progress: 4_000,
    resolved: 50_000,
    rejected: 600_000,
    running: 7,
    failed: 8,
  };
  const shown = Object.fromEntries(views.map((view) => [view.name, view.count?.(counts)]));
  expect(shown).toMatchObject({ Active: 4_321, Untriaged: 1, Running: 7, Closed: 650_000, All: 654_321 });
});

it("finds closed issues too where all are listed, unless a status is asked for", () => {
  expect(scoped("import", ALL), "a search in Issues must not miss what is closed").toBe(`import ${ALL}`);
  expect(scoped("is:open import", ALL)).toBe("is:open import");
  expect(scoped("is:running", ALL), "what a run does is no status").toBe(`is:running ${ALL}`);
  expect(scoped("import", ACTIVE), "triage is about what is active").toBe("import");
});
