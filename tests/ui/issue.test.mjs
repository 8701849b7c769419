// An issue's page: what a person loses when its text, history or properties cannot be trusted.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { becomes, gone, openWorld, seen } from "./harness.mjs";

const body =
  "The importer reads the file **twice**.\n\n- [ ] keep labels\n\nSee #1. <img src=x onerror=alert(1)>";

describe("an issue", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({ issues: [{ title: "First" }, { title: "Labels are lost", body }] });
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  const issue = (number = 2) => world.call("issue_get", { project: world.slug, number });
  const updates = async (number) =>
    (await world.call("issue_updates", { project: world.slug, number })).items;
  async function file(title, more = {}) {
    return world.call("issue_create", { project: world.slug, title, body: "", labels: [], ...more });
  }
  async function openIssue(number) {
    page = await world.open(`/p/${world.slug}/issues/${number}`);
    await seen(page.getByRole("region", { name: "Activity" }));
  }

  test("shows its text as Markdown, with links to other issues and nothing that runs", async () => {
    await openIssue(2);
    const text = await seen(page.getByRole("region", { name: "Description" }));
    assert.equal(await text.locator("strong").innerText(), "twice");
    assert.equal(
      await text.locator("img, script, [onerror]").count(),
      0,
      "a text from anybody must not run or load anything",
    );
    await text.getByRole("link", { name: "#1" }).click();
    await seen(page.getByRole("heading", { name: "First", exact: true, level: 2 }));
    await page.goBack();
    await seen(page.getByRole("heading", { name: "Labels are lost", exact: true, level: 2 }));
  });

  test("its title is edited in place and taken back with z", async () => {
    const { number } = await file("Wrnog title");
    await openIssue(number);
    await page.keyboard.press("e");
    const field = await seen(page.getByRole("textbox", { name: "Title" }));
    await field.fill("Wrong title");
    await page.keyboard.press("Enter");
    await seen(page.getByRole("heading", { name: "Wrong title", exact: true, level: 2 }));
    await seen(page.getByText(`Title of #${number} changed`));
    assert.equal((await issue(number)).title, "Wrong title", "what shows must be kept");
    await page.keyboard.press("z");
    await seen(page.getByRole("heading", { name: "Wrnog title", exact: true, level: 2 }));
  });

  test("Escape leaves its title as it was", async () => {
    await openIssue(2);
    await page.keyboard.press("e");
    await page.getByRole("textbox", { name: "Title" }).fill("Nonsense");
    await page.keyboard.press("Escape");
    await seen(page.getByRole("heading", { name: "Labels are lost", exact: true, level: 2 }));
    assert.equal((await issue()).title, "Labels are lost");
  });

  test("its text is edited with a preview, and what was filed can still be read", async () => {
    const { number } = await file("Edit me", { body: "As it was filed." });
    await openIssue(number);
    await page.getByRole("region", { name: "Description" }).hover();
    await page.getByRole("button", { name: "Edit the text" }).click();
    await page.getByRole("textbox", { name: "Description" }).fill("As it is **now**.");
    await page.getByRole("button", { name: "Preview" }).first().click();
    await seen(page.locator("strong", { hasText: "now" }));
    await page.getByRole("button", { name: "Write" }).first().click();
    await page.getByRole("textbox", { name: "Description" }).press("Control+Enter");
    await seen(page.getByRole("region", { name: "Description" }).getByText("As it is now."));
    await page.getByRole("button", { name: "Edited by operator" }).click();
    await seen(page.getByRole("dialog").getByText("As it was filed."));
    await page.keyboard.press("Escape");
    await page.getByText("Show the change").click();
    await seen(page.getByText("− As it was filed."));
  });

  test("a text half edited survives a reload", async () => {
    const { number } = await file("Draft");
    await openIssue(number);
    await page.getByRole("button", { name: "Add a description" }).click();
    await page.getByRole("textbox", { name: "Description" }).fill("Half a thought");
    await page.reload();
    await seen(page.getByRole("textbox", { name: "Description" }));
    assert.equal(await page.getByRole("textbox", { name: "Description" }).inputValue(), "Half a thought");
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.equal((await issue(number)).body, "", "a draft is not saved by itself");
  });

  test("comments and internal notes are kept, told apart and in order", async () => {
    const { number } = await file("Talk");
    await openIssue(number);
    await page.keyboard.press("m");
    await page.keyboard.type("Seen here too.");
    await page.keyboard.press("Control+Enter");
    const activity = page.getByRole("region", { name: "Activity" });
    await seen(activity.getByText("Seen here too."));
    await page.getByRole("button", { name: "Who sees it: Visible to guests" }).last().click();
    await page.getByRole("menuitemcheckbox", { name: "Only you" }).click();
    await page.getByRole("textbox", { name: "Internal note" }).fill("Do not tell them.");
    await page.getByRole("button", { name: /Add note/ }).click();
    await seen(activity.getByRole("article").filter({ hasText: "Do not tell them." }).getByText("Only you"));
    assert.deepEqual(await activity.getByRole("article").locator("p").allInnerTexts(), [
      "Seen here too.",
      "Do not tell them.",
    ]);
    const kept = (await updates(number)).map((update) => [update.body, update.visibility]);
    assert.deepEqual(
      kept,
      [
        ["Do not tell them.", "operator_only"],
        ["Seen here too.", "all"],
      ],
      "a note must never reach a guest",
    );
  });

  test("a note can be shown to guests later, and hidden again", async () => {
    const { number } = await file("Show it");
    const note = { project: world.slug, number, body: "Sooner or later", visibility: "operator_only" };
    await world.call("issue_comment", note);
    await openIssue(number);
    const article = page.getByRole("article");
    await article.getByRole("button", { name: "Who sees it: Only you" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Visible to guests" }).click();
    await seen(page.getByText("Guests see the comment now"));
    assert.equal((await updates(number))[0].visibility, "all", "what shows must be kept");
    await page.keyboard.press("z");
    await seen(article.getByRole("button", { name: "Who sees it: Only you" }));
    await seen(page.getByText("Only you see the comment now"));
    assert.equal((await updates(number))[0].visibility, "operator_only", "taken back, no guest reads it");
  });

  test("it is removed whole, and comes back whole", async () => {
    const { number } = await file("Remove me", { body: "With its text." });
    await openIssue(number);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: /Remove the issue/ }).click();
    await seen(page.getByText(`#${number} removed`));
    await seen(page.getByRole("heading", { name: `There is no issue #${number}` }));
    await page.keyboard.press("z");
    await seen(page.getByRole("region", { name: "Description" }).getByText("With its text."));
  });

  test("it is assigned and claimed from its page, and the history says so", async () => {
    const { number } = await file("Assign me");
    await openIssue(number);
    const properties = page.getByRole("complementary", { name: "Properties" });
    await properties.getByRole("button", { name: "Unassigned" }).click();
    await seen(page.getByRole("option").first());
    await page.keyboard.press("Enter");
    await seen(properties.getByRole("button", { name: "Assigned", exact: true }));
    await seen(page.getByRole("region", { name: "Activity" }).getByText("assigned it to"));
    assert.notEqual((await issue(number)).assignment, null, "what shows must be kept");
    await properties.getByRole("button", { name: /Claim/ }).click();
    await seen(properties.getByRole("button", { name: "Release" }));
    assert.equal((await issue(number)).claimed_by.kind, "operator");
    await properties.getByRole("button", { name: "Release" }).click();
    await seen(properties.getByRole("button", { name: /Claim/ }));
    assert.equal((await issue(number)).claimed_by, null);
  });

  test("a comment that is refused goes back into the box", async () => {
    await openIssue(1);
    await page.route("**/call/issue_comment", (route) =>
      route.fulfill({
        status: 500,
        json: { code: "failed", message: "The disk is full.", hint: "Make room." },
      }),
    );
    await page.getByRole("textbox", { name: "Comment" }).fill("Precious words");
    await page.keyboard.press("Control+Enter");
    await seen(page.getByText("The disk is full."));
    assert.equal(
      await page.getByRole("textbox", { name: "Comment" }).inputValue(),
      "Precious words",
      "words typed are never lost",
    );
    assert.equal(await page.getByRole("article").count(), 0, "what was not kept must not show");
  });

  test("its status menu has exactly the moves that Waybill allows", async () => {
    const { number } = await file("Move me");
    await openIssue(number);
    await page.keyboard.press("s");
    const menu = await seen(page.getByRole("menu"));
    const moves = ["Triaged", "Assigned", "In progress", "Resolved", "Reject…"];
    for (const name of moves) await seen(menu.getByRole("menuitem", { name, exact: true }));
    assert.equal(await menu.getByRole("menuitem").count(), moves.length, "no move that would be refused");
    await menu.getByRole("menuitem", { name: "Resolved" }).click();
    await seen(
      page.getByRole("complementary", { name: "Properties" }).getByRole("button", { name: "Resolved" }),
    );
    await seen(page.getByRole("region", { name: "Activity" }).getByText("moved it from Open to Resolved"));
    await page.getByRole("button", { name: "Reopen" }).click();
    await seen(
      page.getByRole("complementary", { name: "Properties" }).getByRole("button", { name: "Triaged" }),
    );
    await seen(page.getByText(`#${number} moved to triaged`));
    assert.equal((await issue(number)).status, "triaged", "what shows must be kept");
  });

  test("it can be handed to an agent, and shows the run", async () => {
    const { number } = await file("Work on me");
    await openIssue(number);
    await page.getByRole("button", { name: "Ways to run" }).click();
    await page.getByRole("menuitem", { name: /Demo/ }).click();
    await seen(page.getByText(/Run \d+ started/));
    await seen(page.getByRole("region", { name: "Runs" }).getByRole("link", { name: /Run \d+/ }));
    const { items } = await world.call("run_list", { project: world.slug, statuses: [], issue: number });
    assert.equal(items.length, 1, "one press starts one run");
  });

  test("the run dialog asks for agent, words and limits, and refuses limits that are none", async () => {
    const { number } = await file("Run with limits");
    await openIssue(number);
    await page.keyboard.press("r");
    const dialog = await seen(page.getByRole("dialog", { name: `Run an agent on #${number}` }));
    await dialog.getByText("Limits").click();
    await dialog.getByLabel("Minutes").fill("9000");
    await seen(dialog.getByText("A number from 1 to 240"));
    await dialog.getByRole("button", { name: /Start run/ }).click();
    assert.equal(
      (await world.call("run_list", { project: world.slug, statuses: [], issue: number })).items.length,
      0,
    );
    await page.keyboard.press("Escape");
    await gone(dialog);
  });

  test("a link to an issue that is not there says so and leads back", async () => {
    page = await world.open(`/p/${world.slug}/issues/999`);
    await seen(page.getByRole("heading", { name: "There is no issue #999" }));
    await page.getByRole("link", { name: "Show all issues" }).click();
    await seen(page.getByRole("grid"));
  });

  test("its link can be copied", async () => {
    await openIssue(2);
    await page.keyboard.press("Control+Shift+C");
    await seen(page.getByText("Link copied"));
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(new URL(copied).pathname, `/p/${world.slug}/issues/2`, "the link must lead here");
  });

  test("a change made elsewhere shows without a reload", async () => {
    const { number } = await file("Watched");
    await openIssue(number);
    await world.call("issue_edit", { project: world.slug, number, title: "Watched from afar" });
    await seen(page.getByRole("heading", { name: "Watched from afar", exact: true, level: 2 }));
    await world.call("issue_comment", { project: world.slug, number, body: "From a script" });
    await seen(page.getByRole("article").getByText("From a script"));
    await becomes(
      page,
      () => document.title.includes("Watched from afar"),
      true,
      "the window is found by its title",
    );
  });
});
