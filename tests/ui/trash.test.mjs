// Recently removed: what a person loses when something removed cannot be had back, or nobody says that it can.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";

describe("what was removed", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({
      issues: [{ title: "Keep me" }, { title: "Remove me" }, { title: "Remove me too" }],
    });
    page = await world.open(`/p/${world.slug}/inbox`);
    await seen(page.getByRole("row"));
  });
  after(() => world?.close());

  const row = (text) => page.getByRole("row").filter({ hasText: text });

  test("has a place that says what it is for while it is empty", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("x");
    await seen(page.getByRole("heading", { name: "Nothing was removed" }));
    await seen(page.getByText(/for 30 days/));
    assert.deepEqual(await axeViolations(page), []);
  });

  test("is listed with how long it can be had back, and comes back with a key", async () => {
    for (const number of [2, 3]) await world.call("issue_remove", { project: world.slug, number });
    await seen(row("#3 Remove me too"));
    await seen(row("#2 Remove me").getByText(/29 days left|30 days left/));
    await becomes(page, () => document.querySelectorAll('[role="row"]').length, 2, "both are there");
    assert.deepEqual(await axeViolations(page), []);
    await page.getByRole("grid").focus();
    await page.keyboard.press("r");
    await gone(row("#3 Remove me too"));
    await seen(page.getByText("#3 Remove me too restored"));
    const { status } = await world.call("issue_get", { project: world.slug, number: 3 });
    assert.equal(status, "open", "as it was");
  });

  test("comes back by its button, and leads to where it is", async () => {
    await row("#2 Remove me")
      .getByRole("button", { name: /^Restore/ })
      .click();
    await seen(page.getByRole("heading", { name: "Nothing was removed" }));
    await seen(page.getByText("#2 Remove me restored"));
    await page.getByRole("button", { name: "Open" }).last().click();
    await page.waitForURL(/\/issues\/2$/);
  });
});
