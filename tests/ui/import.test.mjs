// Import and export: what a person loses when an import surprises, when one bad line costs others, or when it cannot
// be followed and stopped.

import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { axeViolations, gone, openWorld, seen } from "./harness.mjs";

describe("import and export", () => {
  let world;
  let page;
  let file;

  before(async () => {
    world = await openWorld();
    file = join(world.place, "issues.jsonl");
    const bead = (id, title) =>
      JSON.stringify({
        id,
        title,
        description: "",
        status: "open",
        priority: 1,
        issue_type: "bug",
        created_at: "2025-01-02T03:04:05Z",
        updated_at: "2025-01-02T03:04:05Z",
      });
    await writeFile(
      file,
      [bead("bd-1", "First bead"), "{ this is no JSON", bead("bd-2", "Second bead")].join("\n"),
    );
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function openImport() {
    page = await world.open(`/p/${world.slug}/issues`);
    await (await seen(page.getByRole("button", { name: "Import issues" }))).click();
    return await seen(page.getByRole("dialog", { name: "Import issues" }));
  }

  test("shows first what would come in, and what is wrong with which line", async () => {
    const dialog = await openImport();
    await dialog.getByRole("button", { name: /^From/ }).click();
    await page.getByRole("menuitemcheckbox", { name: /^Beads/ }).click();
    await dialog.getByRole("button", { name: "Look first" }).click();
    await seen(dialog.getByText("Say where it is."));
    await dialog.getByLabel("File").fill("issues.jsonl");
    await page.keyboard.press("Enter");
    await seen(dialog.getByText(/whole path/));
    await dialog.getByLabel("File").fill(file);
    await page.keyboard.press("Enter");
    await seen(dialog.getByText("2 issues would come in. Nothing is changed yet."));
    await seen(dialog.getByText("issues.jsonl:2"));
    await seen(dialog.getByText("Second bead"));
    assert.deepEqual(await axeViolations(page), []);
    const before = await world.call("issue_list", { project: world.slug, query: "" });
    assert.equal(before.items.length, 0, "looking changes nothing");

    await dialog.getByRole("button", { name: "Import 2 issues" }).click();
    await seen(dialog.getByText("2 issues came in."));
    await dialog.getByRole("button", { name: "Done" }).click();
    await seen(page.getByRole("row").filter({ hasText: "First bead" }));
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });

  test("a second time nothing is new", async () => {
    page = await world.open(`/p/${world.slug}/issues`);
    await (await seen(page.getByRole("button", { name: "More about the issues" }))).click();
    await page.getByRole("menuitem", { name: /^Import/ }).click();
    const dialog = await seen(page.getByRole("dialog", { name: "Import issues" }));
    await dialog.getByRole("button", { name: /^From/ }).click();
    await page.getByRole("menuitemcheckbox", { name: /^Beads/ }).click();
    await dialog.getByLabel("File").fill(file);
    await page.keyboard.press("Enter");
    await seen(dialog.getByText("0 issues would come in. Nothing is changed yet."));
    await seen(dialog.getByText("Already here"));
    assert.equal(
      await dialog.getByRole("button", { name: "Import 0 issues" }).isDisabled(),
      true,
      "there is nothing to do",
    );
  });

  test("what cannot be read says why, and the dialog stays", async () => {
    page = await world.open(`/p/${world.slug}/issues`);
    await seen(page.getByRole("row"));
    await page.keyboard.press("Control+k");
    await seen(page.getByRole("dialog", { name: "Command palette" }));
    await page.keyboard.type("import issues");
    await page.keyboard.press("Enter");
    const dialog = await seen(page.getByRole("dialog", { name: "Import issues" }));
    await dialog.getByLabel("File").fill(join(world.place, "nowhere.json"));
    await page.keyboard.press("Enter");
    await seen(dialog.getByRole("alert"));
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await gone(dialog);
  });

  test("an export writes the project into a folder, and says where", async () => {
    page = await world.open(`/p/${world.slug}/issues`);
    await (await seen(page.getByRole("button", { name: "More about the issues" }))).click();
    await page.getByRole("menuitem", { name: /^Export/ }).click();
    const dialog = await seen(page.getByRole("dialog", { name: "Export the project" }));
    const folder = join(world.place, "out");
    await dialog.getByLabel("Folder").fill(folder);
    await page.keyboard.press("Enter");
    await seen(dialog.getByText(`2 issues written to ${folder}.`));
    assert.deepEqual(await axeViolations(page), []);
    assert.ok(
      (await readdir(folder)).some((name) => name.endsWith(".jsonl")),
      "a file per table",
    );
  });
});
