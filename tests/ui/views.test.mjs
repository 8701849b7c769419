// Filters and saved views: what a person loses when a chip and the query disagree, or a view forgets what it showed.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";

describe("filters and views", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({
      issues: [
        { title: "Importer drops labels", labels: ["bug"], priority: "high" },
        { title: "Dark theme unreadable", labels: ["ui"] },
        { title: "Rate limit ends the run", labels: ["bug"], priority: "low" },
      ],
    });
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function openList(query = "", place = "inbox") {
    page = await world.open(`/p/${world.slug}/${place}${query}`);
    await seen(page.getByRole("row"));
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "keys must work at once");
  }
  const row = (text) => page.getByRole("row").filter({ hasText: text });
  const box = () => page.getByRole("textbox", { name: "Filter issues" });
  const place = (name) => page.getByRole("navigation", { name: "Places" }).getByRole("link", { name });
  const views = () => world.call("view_list", { project: world.slug });

  test("f filters by keyboard, and writes what a person would have typed", async () => {
    await openList();
    await page.keyboard.press("f");
    await seen(page.getByRole("dialog", { name: "Filter", exact: true }));
    await page.keyboard.type("bug");
    await page.keyboard.press("Enter");
    await gone(row("Dark theme"));
    await page.keyboard.press("Escape");
    assert.equal(await box().inputValue(), "label:bug", "the query box is the one truth");
    assert.equal(new URL(page.url()).searchParams.get("q"), "label:bug");
    await seen(page.getByRole("button", { name: /^Label bug/ }));
  });

  test("a chip shows what is typed, and takes it off", async () => {
    await openList("?q=label:bug priority:high");
    await gone(row("Rate limit"));
    await page.getByRole("button", { name: /^Priority high/ }).click();
    await page.getByRole("option", { name: /^High/ }).click();
    await seen(row("Rate limit"));
    await page.keyboard.press("Escape");
    assert.equal(await box().inputValue(), "label:bug", "the other filter stays");
  });

  test("a view is saved, opened, renamed, deleted and brought back", async () => {
    await openList("?q=label:bug", "issues");
    await page.keyboard.press("Shift+V");
    const dialog = await seen(page.getByRole("dialog", { name: "Save as a view" }));
    await dialog.getByRole("button", { name: "Save view" }).click();
    await seen(dialog.getByText("Give the view a name."));
    await dialog.getByLabel("Name").fill("Bugs");
    await page.keyboard.press("Enter");
    await seen(page.getByText("View “Bugs” saved"));
    await seen(page.getByRole("button", { name: "View: Bugs" }));

    await place("Triage").click();
    await seen(row("Dark theme"));
    await place("Bugs").click();
    await gone(row("Dark theme"));
    assert.equal(await box().inputValue(), "label:bug", "a view is its query");

    await page.getByRole("button", { name: "View: Bugs" }).click();
    await page.getByRole("menuitem", { name: /^Rename/ }).click();
    await page
      .getByRole("dialog", { name: /^Rename/ })
      .getByLabel("Name")
      .fill("All bugs");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "View: All bugs" }).click();
    await page.getByRole("menuitem", { name: /^Delete/ }).click();
    await seen(page.getByText("View “All bugs” deleted"));
    assert.deepEqual(await views(), [], "it is gone");
    await page.keyboard.press("Escape");
    await page.keyboard.press("z");
    await seen(page.getByRole("button", { name: "View: All bugs" }));
    assert.equal((await views())[0].query, "label:bug", "and back, with what it showed");
  });

  test("a view of a board remembers its columns", async () => {
    page = await world.open(`/p/${world.slug}/board?group=priority&q=label:bug`);
    await seen(page.getByRole("option"));
    await page.keyboard.press("Shift+V");
    const dialog = await seen(page.getByRole("dialog", { name: "Save as a view" }));
    await dialog.getByLabel("Name").fill("Bug board");
    await page.keyboard.press("Enter");
    await seen(page.getByText("View “Bug board” saved"));
    await place("Triage").click();
    await seen(page.getByRole("row"));
    await place("Bug board").click();
    await seen(page.getByRole("listbox", { name: "Board by priority" }));
    await seen(page.getByRole("group", { name: "High, 1" }));
    assert.deepEqual(await axeViolations(page), []);
  });

  test("what is ready stands in a view of its own, and is claimed with a key", async () => {
    await world.call("issue_move", { project: world.slug, number: 1, status: "triaged" });
    await openList();
    await page.getByRole("link", { name: "Ready" }).click();
    await gone(row("Dark theme"));
    await seen(row("Importer drops labels"));
    await row("Importer drops labels").click({ button: "right" });
    await seen(page.getByRole("menuitem", { name: /^Claim/ }));
    await page.keyboard.press("Escape");
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "back in the list");
    await page.keyboard.press("w");
    await seen(page.getByText("#1 claimed"));
    await seen(page.getByRole("heading", { name: "Nothing is ready to be worked on" }));
    const { claimed_by: by } = await world.call("issue_get", { project: world.slug, number: 1 });
    assert.equal(by.kind, "operator", "nobody else takes it now");
  });
});
