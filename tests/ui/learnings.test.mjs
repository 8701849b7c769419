// Learnings and contexts: what a person loses when a review cannot be done by keys, or agents are told something unseen.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";

describe("learnings", () => {
  let world;
  let page;
  const project = () => ({ project: world.slug });
  const row = (text) => page.getByRole("row").filter({ hasText: text });
  const status = async (number) => (await world.call("learning_get", { ...project(), number })).status;
  const becomesStatus = async (number, wanted) => {
    for await (const now of statuses(number)) if (now === wanted) return;
  };
  /** The status of a learning, asked again each time that the page was drawn. */
  async function* statuses(number) {
    for (;;) {
      yield await status(number);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  before(async () => {
    world = await openWorld();
    page = await world.open(`/p/${world.slug}/inbox`);
  });
  after(() => world?.close());

  test("have a place that says what it is for while it is empty", async () => {
    await page.getByRole("link", { name: "Learnings" }).click();
    await seen(page.getByRole("heading", { name: "Nothing waits for review" }));
    assert.deepEqual(await axeViolations(page), []);
  });

  test("are written down by a key and a form", async () => {
    await page.keyboard.press("l");
    const dialog = page.getByRole("dialog", { name: "New learning" });
    await dialog.getByLabel("What was learnt").fill("Run the linter before committing");
    await dialog.getByLabel("When it counts").fill("A change is ready");
    await dialog.getByLabel("What to do then").fill("Run it and mend what it finds");
    await dialog.getByRole("button", { name: "Add to the review" }).click();
    await gone(dialog);
    await seen(row("Run the linter before committing"));
    assert.equal((await world.call("learning_get", { ...project(), number: 1 })).source, "operator");
  });

  test("are reviewed by keys, with near-duplicates pointed out, and z takes a decision back", async () => {
    for (const [description, roles] of [
      ["Always run the linter before each commit", []],
      ["Checkers read the tests first", ["checker"]],
    ]) {
      const content = {
        description,
        trigger: "Always",
        correct_behavior: "Do so",
        severity: "minor",
        category: "pattern",
        confidence: 0.8,
        roles,
      };
      await world.call("learning_add", { ...project(), content });
    }
    await seen(row("Always run the linter").getByText("like 1"));
    await seen(page.getByRole("region", { name: "Learning 3" }).getByText("Checker", { exact: true }));
    assert.deepEqual(await axeViolations(page), []);
    await page.getByRole("grid", { name: "Learnings" }).focus();
    await page.keyboard.press("j");
    await seen(page.getByRole("region", { name: "Learning 2" }).getByText("Says nearly the same as"));
    await page.keyboard.press("x");
    await gone(row("Always run the linter"));
    await becomesStatus(2, "rejected");
    await page.keyboard.press("z");
    await seen(row("Always run the linter"));
    await becomesStatus(2, "pending");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("a");
    await seen(page.getByRole("heading", { name: "Nothing waits for review" }));
    for (const number of [1, 2, 3]) await becomesStatus(number, "approved");
    await page.keyboard.press("2");
    await seen(row("Checkers read the tests first"));
    assert.match(page.url(), /status=approved/, "the filter is a link");
  });

  test("are said better in place", async () => {
    await row("Checkers read the tests first").click();
    await page.keyboard.press("e");
    const dialog = page.getByRole("dialog", { name: "Edit learning 3" });
    await dialog.getByLabel("What was learnt").fill("Checkers read the tests before the code");
    await dialog.getByRole("button", { name: "Save" }).click();
    await seen(row("before the code"));
  });

  test("are told once they were compiled, after what changes was shown, and a former version can be again", async () => {
    await page.getByRole("link", { name: "Told to agents" }).click();
    await seen(page.getByText("told nothing; 2 approved").first());
    await page.getByRole("button", { name: /^Checker/ }).click();
    await page.keyboard.press("Shift+C");
    const dialog = page.getByRole("dialog", { name: /will be told$/ });
    await seen(dialog.getByText("3 learnings more"));
    await seen(dialog.getByText("Checkers read the tests before the code", { exact: false }));
    assert.deepEqual(await axeViolations(page), []);
    await dialog.getByRole("button", { name: "Compile and tell" }).click();
    await gone(dialog);
    await seen(page.getByText("version 1, 3 learnings"));
    await world.call("learning_decide", { ...project(), numbers: [3], decision: "reject" });
    await seen(page.getByRole("button", { name: /^Checker/ }).getByText("2 approved", { exact: false }));
    await world.call("learning_compile", { ...project(), role: "checker" });
    await seen(page.getByText("version 2, 2 learnings"));
    await page.getByRole("button", { name: /^Version 1/ }).click();
    await seen(page.getByRole("cell", { name: "Checkers read the tests before the code", exact: false }));
    assert.deepEqual(await axeViolations(page), []);
    await page.getByRole("button", { name: "Make version 1 active" }).click();
    await seen(page.getByText("version 1, 3 learnings", { exact: false }));
    const versions = await world.call("learning_version_list", { ...project(), role: "checker" });
    assert.deepEqual(
      versions.map(({ version, active }) => [version, active]),
      [
        [2, false],
        [1, true],
      ],
    );
  });

  test("stand beside contexts, whose text is kept while one looks elsewhere and told once published", async () => {
    await page.getByRole("link", { name: "Contexts" }).click();
    const text = page.getByRole("textbox", { name: "What is told: Issues" });
    await text.fill("Parcels are numbered.");
    await page.getByRole("button", { name: /^Judging/ }).click();
    await seen(page.getByRole("textbox", { name: "What is told: Judging" }));
    await page.getByRole("button", { name: /^Issues/ }).click();
    await becomes(
      page,
      () => document.querySelector("textarea")?.value,
      "Parcels are numbered.",
      "nothing is lost",
    );
    await page.getByRole("button", { name: "Save a draft" }).click();
    await seen(page.getByText("Version 1, draft"));
    assert.deepEqual(await axeViolations(page), []);
    await text.fill("Parcels have numbers.");
    await text.press("Control+Enter");
    await seen(page.getByText("Version 2, active"));
    const [, , issue] = await world.call("context_list", project());
    assert.deepEqual([issue.session_type, issue.active_version], ["issue", 2]);
    await page.getByRole("tab", { name: /^Versions/ }).click();
    await page.getByRole("button", { name: /^Version 1/ }).click();
    await seen(page.getByRole("cell", { name: "Parcels are numbered." }));
    assert.deepEqual(await axeViolations(page), []);
    await page.getByRole("button", { name: "Publish version 1" }).click();
    await seen(page.getByRole("button", { name: /^Issues/ }).getByText("version 1"));
  });
});
