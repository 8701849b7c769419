// Filing an issue: what a person loses when what they typed, or the issue itself, does not arrive.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { becomes, gone, openWorld, seen } from "./harness.mjs";

describe("a new issue", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({ issues: [{ title: "Importer drops labels on the second run" }] });
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function openDialog(path = `/p/${world.slug}/inbox`) {
    page = await world.open(path);
    await seen(page.getByRole("main"));
    await seen(page.getByRole("button", { name: "New issue" }));
    await page.keyboard.press("c");
    return seen(page.getByRole("dialog", { name: "New issue" }));
  }

  test("is filed with the keyboard alone, and the list shows it at once", async () => {
    const dialog = await openDialog();
    await page.keyboard.type("Dark theme unreadable");
    await page.keyboard.press("Tab");
    await dialog.getByRole("textbox", { name: "Description" }).fill("The gutter is black on black.");
    await page.keyboard.press("Control+Enter");
    await gone(dialog);
    await seen(page.getByRole("row").filter({ hasText: "Dark theme unreadable" }));
    await seen(page.getByText(/#\d+ filed/));
    await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Open" }).click();
    await seen(page.getByRole("heading", { name: "Dark theme unreadable", exact: true, level: 2 }));
    await seen(page.getByText("The gutter is black on black."));
  });

  test("takes priority and labels along", async () => {
    const dialog = await openDialog(`/p/${world.slug}/runs`);
    await page.keyboard.type("Crash at start");
    await dialog.getByRole("button", { name: "Priority: medium" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Critical" }).click();
    await dialog.getByRole("button", { name: "Labels" }).click();
    await page.keyboard.type("bug");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await seen(dialog.getByText("bug", { exact: true }));
    await dialog.getByRole("button", { name: /File issue/ }).click();
    await gone(dialog);
    const { items } = await world.call("issue_list", { project: world.slug, query: "label:bug" });
    assert.deepEqual(
      items.map((issue) => [issue.title, issue.priority]),
      [["Crash at start", "critical"]],
    );
  });

  test("keeps what was typed when it is closed by accident", async () => {
    let dialog = await openDialog();
    await page.keyboard.type("Half a thought");
    await dialog.getByRole("textbox", { name: "Description" }).fill("and its reason");
    await page.keyboard.press("Escape");
    await gone(dialog);
    await becomes(
      page,
      () => document.activeElement?.getAttribute("role"),
      "grid",
      "the focus returns to the list",
    );
    await page.keyboard.press("c");
    dialog = await seen(page.getByRole("dialog", { name: "New issue" }));
    assert.equal(await dialog.getByRole("textbox", { name: "Title" }).inputValue(), "Half a thought");
    assert.equal(await dialog.getByRole("textbox", { name: "Description" }).inputValue(), "and its reason");
    await dialog.getByRole("textbox", { name: "Title" }).fill("A whole thought");
    await page.keyboard.press("Control+Enter");
    await gone(dialog);
    await seen(page.getByRole("row").filter({ hasText: "A whole thought" }));
    await page.keyboard.press("c");
    dialog = await seen(page.getByRole("dialog", { name: "New issue" }));
    assert.equal(
      await dialog.getByRole("textbox", { name: "Title" }).inputValue(),
      "",
      "a filed draft is done with",
    );
  });

  test("shows issues that may say the same", async () => {
    const dialog = await openDialog();
    await page.keyboard.type("second import drops lab");
    const similar = await seen(dialog.getByRole("region", { name: "Similar issues" }));
    await similar.getByRole("link", { name: /Importer drops labels/ }).click();
    await gone(dialog);
    await seen(
      page.getByRole("heading", { name: "Importer drops labels on the second run", exact: true, level: 2 }),
    );
  });

  test("says what is wrong and files nothing until it is mended", async () => {
    const dialog = await openDialog();
    await page.keyboard.press("Control+Enter");
    await seen(dialog.getByText("Write one line that says what is wrong or wanted."));
    await dialog.getByRole("textbox", { name: "Title" }).fill("x".repeat(203));
    await seen(dialog.getByText("3 letters too long"));
    await page.keyboard.press("Control+Enter");
    await dialog.getByRole("textbox", { name: "Title" }).fill("y".repeat(190));
    await seen(dialog.getByText("10 left"));
    await dialog.getByRole("textbox", { name: "Title" }).fill("Hidden \u202e marks");
    await page.keyboard.press("Control+Enter");
    await seen(dialog.getByRole("alert"));
    const { items } = await world.call("issue_list", { project: world.slug, query: "is:active is:closed" });
    assert.ok(
      items.every((issue) => !/xxx|yyy|Hidden/.test(issue.title)),
      "a refused issue must not be filed",
    );
  });
});
