// Thousands of issues: what a person loses when a long list stutters, ends early or shows what is out of date.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { becomes, gone, openWorld, seen } from "./harness.mjs";

const COUNT = 1_200;

describe("a long list", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld();
    const filed = Array.from({ length: COUNT }, (_, at) => `Issue of the long list ${at + 1}`);
    await Promise.all(
      filed.map((title) => world.call("issue_create", { project: world.slug, title, body: "", labels: [] })),
    );
    page = await world.open(`/p/${world.slug}/inbox`);
    await seen(page.getByRole("row"));
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "keys must work at once");
  });
  after(() => world?.close());
  afterEach(() => page.keyboard.press("Home"));

  const lastRow = () => document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount");
  const underCursor = () =>
    document
      .getElementById(document.activeElement?.getAttribute("aria-activedescendant") ?? "")
      ?.textContent?.match(/#\d+/)?.[0];

  test("says how many there are, and draws only what is seen", async () => {
    await seen(page.getByText(`${COUNT.toLocaleString("en-US")} issues`));
    assert.ok((await page.getByRole("row").count()) < 80, "a row out of sight must cost nothing");
  });

  test("reads on before its end is reached, down to the very last", async () => {
    for (let loaded = 0; loaded < COUNT; ) {
      await page.keyboard.press("End");
      loaded = Number(await page.evaluate(lastRow));
      const more = loaded < COUNT;
      if (more) await page.waitForSelector(`[role="grid"]:not([aria-rowcount="${loaded}"])`);
    }
    await page.keyboard.press("End");
    await becomes(page, underCursor, "#1", "the oldest issue is the last");
  });

  test("shows a change far down that was made elsewhere while it was out of sight", async () => {
    await page.keyboard.press("Home");
    await gone(page.getByRole("row").filter({ hasText: /#1(?!\d)/ }));
    await world.call("issue_edit", { project: world.slug, number: 2, title: "Renamed meanwhile" });
    await page.keyboard.press("End");
    await seen(page.getByRole("row").filter({ hasText: "Renamed meanwhile" }));
  });

  test("keeps in its place what is looked at when issues arrive above", async () => {
    await page.keyboard.press("End");
    await becomes(page, underCursor, "#1", "at the end");
    const top = () =>
      [...document.querySelectorAll('[role="row"]')].map((row) => row.getBoundingClientRect().top).at(-1);
    const before = await page.evaluate(top);
    await world.call("issue_create", { project: world.slug, title: "On top", body: "", labels: [] });
    await seen(page.getByText(`${(COUNT + 1).toLocaleString("en-US")} issues`));
    await becomes(page, top, before, "nothing may jump under the eyes");
    await becomes(page, underCursor, "#1", "nor under the cursor");
  });
});
