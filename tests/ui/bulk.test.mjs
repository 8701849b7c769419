// Many at once: what a person loses when a change of many issues is half done, not said, or cannot be taken back.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { becomes, gone, openWorld, seen } from "./harness.mjs";

const COUNT = 12;

describe("changing many issues", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({
      issues: Array.from({ length: COUNT }, (_, at) => ({ title: `Issue ${at + 1}` })),
    });
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function openInbox() {
    page = await world.open(`/p/${world.slug}/inbox`);
    await seen(page.getByRole("row"));
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "keys must work at once");
  }

  const row = (number) => page.getByRole("row").filter({ hasText: new RegExp(`#${number}(?!\\d)`) });
  const statuses = async () => {
    const { items } = await world.call("issue_list", { project: world.slug, query: "is:active is:closed" });
    return Object.fromEntries(items.map(({ number, status }) => [number, status]));
  };

  test("all are marked with Ctrl+A, changed in one request and taken back with one z", async () => {
    await openInbox();
    let requests = 0;
    page.on("request", (request) => {
      if (/\/call\/issue_(?:edit|move)/.test(request.url())) requests += 1;
    });
    await page.keyboard.press("Control+a");
    await seen(page.getByText(`${COUNT} issues marked`));
    await page.keyboard.press("t");
    await seen(page.getByText(`${COUNT} issues moved to triaged`));
    assert.equal(requests, 1, "a thousand issues must not be a thousand requests");
    assert.ok(Object.values(await statuses()).every((status) => status === "triaged"));
    // The number beside the list may not have heard of the first change yet: it alone does not tell of the second.
    let undone = 0;
    const last = page.waitForResponse((answer) => {
      if (answer.url().includes("/call/issue_undo")) undone += 1;
      return undone === COUNT;
    });
    await page.keyboard.press("z");
    await last;
    await seen(page.getByRole("link", { name: `Untriaged ${COUNT}` }));
    assert.ok(
      Object.values(await statuses()).every((status) => status === "open"),
      "one undo for the lot",
    );
  });

  test("Ctrl and Shift with a click mark as on the platform, and Escape clears", async () => {
    await openInbox();
    await row(12).click({ modifiers: ["Control"] });
    await row(10).click({ modifiers: ["Control"] });
    await seen(page.getByText("2 issues marked"));
    await row(7).click({ modifiers: ["Shift"] });
    await seen(page.getByText("4 issues marked"));
    await page.keyboard.press("Escape");
    await gone(page.getByRole("toolbar", { name: "Marked issues" }));
  });

  test("what is refused is named by its number, the rest is done", async () => {
    await world.call("issue_claim", { project: world.slug, number: (await triaged(1)).number });
    await openInbox();
    await row(3).click({ modifiers: ["Control"] });
    await row(2).click({ modifiers: ["Control"] });
    await row(1).click({ modifiers: ["Control"] });
    await seen(page.getByText("3 issues marked"));
    // Only what may be rejected is asked about: the one that is being worked on is left out.
    await page.keyboard.press("x");
    const dialog = await seen(page.getByRole("dialog", { name: "Reject 2 issues" }));
    await dialog.getByLabel("Why").fill("Not now.");
    // Meanwhile somebody takes one of them.
    await world.call("issue_claim", { project: world.slug, number: (await triaged(3)).number });
    await page.keyboard.press("Control+Enter");
    await seen(page.getByText("1 issue did not move to rejected"));
    await seen(page.getByText(/^#3: /));
    await seen(page.getByText("#2 moved to rejected"));
    await seen(row(3));
    const now = await statuses();
    assert.deepEqual([now[1], now[2], now[3]], ["in_progress", "rejected", "in_progress"]);
  });

  test("the bar offers what can be done, by mouse as well, and teaches the key", async () => {
    await openInbox();
    for (const [first, second] of [
      [12, 11],
      [10, 9],
      [8, 7],
    ]) {
      await row(first).click({ modifiers: ["Control"] });
      await row(second).click({ modifiers: ["Control"] });
      const bar = await seen(page.getByRole("toolbar", { name: "Marked issues" }));
      await bar.getByRole("button", { name: /^Triage/ }).click();
      await seen(page.getByText("2 issues moved to triaged"));
      await bar.getByRole("button", { name: "Clear the marks" }).click();
      await gone(bar);
    }
    await seen(page.getByText("T does that too"));
  });

  test("removed issues go to the trash and come back with z", async () => {
    await openInbox();
    await row(12).click({ modifiers: ["Control"] });
    await row(11).click({ modifiers: ["Control"] });
    await page.keyboard.press("Control+Backspace");
    await gone(row(12));
    await seen(page.getByText("2 issues removed"));
    await page.keyboard.press("z");
    await seen(row(12));
    await seen(row(11));
  });

  test("assigning is a key, a choice and one change for all", async () => {
    await openInbox();
    await row(10).click({ modifiers: ["Control"] });
    await row(9).click({ modifiers: ["Control"] });
    await page.keyboard.press("a");
    await seen(page.getByRole("dialog", { name: "Assign to" }));
    await page.keyboard.type("prim");
    await page.keyboard.press("Enter");
    await seen(page.getByText("2 issues assigned to the primary agent"));
    const { assignment, status } = await world.call("issue_get", { project: world.slug, number: 9 });
    assert.deepEqual([assignment, status], ["primary", "assigned"]);
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "the keys go on working");
  });

  async function triaged(number) {
    return await world
      .call("issue_move", { project: world.slug, number, status: "triaged" })
      .then(({ issue }) => issue);
  }
});
