// Triage: what a person loses when a key, the cursor or the undo of the issue list fails.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { becomes, gone, openWorld, seen } from "./harness.mjs";

const titles = [
  "Importer drops labels",
  "Dark theme unreadable",
  "Rate limit ends the run",
  "Support worktrees",
];

describe("triage", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({ issues: titles.map((title) => ({ title })) });
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  /** The list, with the cursor on its first row. */
  async function openInbox(query = "") {
    page = await world.open(`/p/${world.slug}/inbox${query}`);
    await seen(page.getByRole("row"));
    if (query.includes("open=")) return;
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "keys must work at once");
  }

  /** Takes back the last change; done when Waybill has answered, for the screen is quicker. */
  const undo = () => Promise.all([page.waitForResponse("**/call/issue_undo"), page.keyboard.press("z")]);
  const row = (text) => page.getByRole("row").filter({ hasText: text });
  const issue = (number) => world.call("issue_get", { project: world.slug, number });
  const underCursor = () =>
    document
      .getElementById(document.activeElement?.getAttribute("aria-activedescendant") ?? "")
      ?.textContent?.match(/#\d+/)?.[0];

  test("keys move, open beside the list, and come back to the row", async () => {
    await openInbox();
    await becomes(page, underCursor, "#4", "the newest issue is first");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    await becomes(page, underCursor, "#3", "j, arrow down and k move by one");
    await page.keyboard.press("End");
    await becomes(page, underCursor, "#1", "End goes to the last row");
    await page.keyboard.press("Enter");
    const detail = await seen(page.getByRole("region", { name: "Issue 1" }));
    await seen(detail.getByRole("heading", { name: titles[0] }));
    assert.match(page.url(), /open=1/, "what is open must be linkable");
    await page.keyboard.press("k");
    await seen(page.getByRole("region", { name: "Issue 2" }));
    await page.keyboard.press("Escape");
    await gone(page.getByRole("region", { name: "Issue 2" }));
    await becomes(page, underCursor, "#2", "the focus comes back to the row that was open");
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });

  test("Back closes what was opened, and a reload keeps it open", async () => {
    await openInbox();
    await row(titles[2]).click();
    await seen(page.getByRole("region", { name: "Issue 3" }));
    await page.reload();
    await seen(page.getByRole("region", { name: "Issue 3" }));
    await page.goBack();
    await gone(page.getByRole("region", { name: "Issue 3" }));
  });

  test("a number sets the priority and z takes it back", async () => {
    await openInbox();
    await page.keyboard.press("1");
    await seen(row(titles[3]).getByText("Critical"));
    await seen(page.getByText("#4 set to critical"));
    assert.equal((await issue(4)).priority, "critical", "what shows must be kept");
    await undo();
    await seen(row(titles[3]).getByText("Medium"));
    assert.equal((await issue(4)).priority, "medium", "what is undone is undone for good");
  });

  test("a triaged issue leaves what is untriaged, and the cursor stays in its place", async () => {
    await openInbox("?q=is%3Aopen");
    await page.keyboard.press("j");
    await becomes(page, underCursor, "#3", "the second row");
    await page.keyboard.press("t");
    await gone(row(titles[2]));
    await becomes(page, underCursor, "#2", "the next issue comes under the cursor, so that triage flows");
    await undo();
    await seen(row(titles[2]));
    assert.equal((await issue(3)).status, "open", "undo puts it back");
  });

  test("rejecting needs a reason, which becomes part of the issue", async () => {
    const { number } = await world.call("issue_create", {
      project: world.slug,
      title: "Paint it pink",
      body: "",
      labels: [],
    });
    await openInbox();
    await becomes(page, underCursor, `#${number}`, "the newest is under the cursor");
    await page.keyboard.press("x");
    const dialog = await seen(page.getByRole("dialog", { name: `Reject #${number}` }));
    await dialog.getByRole("button", { name: "Reject" }).click();
    await seen(dialog.getByText("Say why it will not be done"));
    assert.equal((await issue(number)).status, "open", "nothing is rejected without a reason");
    await dialog.getByLabel("Why").fill("Out of scope.");
    await page.keyboard.press("Control+Enter");
    await gone(row("Paint it pink"));
    await seen(page.getByText(`#${number} moved to rejected`));
    await becomes(
      page,
      () => document.activeElement?.getAttribute("role"),
      "grid",
      "the focus returns to the list",
    );
    const { items } = await world.call("issue_updates", { project: world.slug, number });
    assert.ok(
      items.some((update) => update.body === "Out of scope."),
      "the reason stays with the issue",
    );
  });

  test("labels are found, made and put on with the keyboard alone", async () => {
    await openInbox();
    await page.keyboard.press("l");
    await seen(page.getByRole("dialog", { name: "Labels" }));
    await page.keyboard.type("needs care");
    await page.keyboard.press("Enter");
    await seen(row(titles[3]).getByText("needs care"));
    await seen(page.getByText("#4 labelled needs care"));
    await page.keyboard.press("Escape");
    await becomes(page, underCursor, "#4", "the focus returns to the row");
    assert.deepEqual(
      (await issue(4)).labels.map((label) => label.name),
      ["needs care"],
    );
  });

  test("keys typed before the panel is there wait for it", async () => {
    let open;
    const opened = new Promise((resolve) => {
      open = resolve;
    });
    page = await world.open("/settings");
    await page.route(/\/(PopoverFloat|NewIssueDialog)[^/]*\.js$/, async (route) => {
      await opened;
      await route.continue();
    });
    await page.goto(new URL(`/p/${world.slug}/inbox`, page.url()).href);
    await seen(page.getByRole("row"));
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "keys must work at once");
    const [number, before] = [(await page.evaluate(underCursor)).slice(1), page.url()];
    await page.keyboard.press("l");
    await page.keyboard.type("hasty x");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Enter");
    open();
    const labelled = () => issue(Number(number)).then(({ labels }) => labels.map(({ name }) => name));
    await seen(row(`#${number}`).getByText("hasty"));
    await page.keyboard.press("Escape");
    await seen(row(`#${number}`).getByText("hasty"));
    assert.ok((await labelled()).includes("hasty"), "the label is what was typed");
    assert.equal(page.url(), before, "no key acted on the list");
    assert.equal(await page.getByRole("dialog").count(), 0, "nor opened anything else");
  });

  test("several are marked with shift, changed by one key and taken back at once", async () => {
    await openInbox();
    await page.keyboard.press("Shift+J");
    await page.keyboard.press("Shift+ArrowDown");
    await seen(page.getByText("3 issues marked"));
    await page.keyboard.press("4");
    await seen(page.getByText("3 issues set to low"));
    for (const number of [4, 3, 2])
      assert.equal((await issue(number)).priority, "low", `#${number} was marked`);
    assert.equal((await issue(1)).priority, "medium", "what was not marked stays");
    await page.keyboard.press("z");
    await seen(row(titles[3]).getByText("Medium"));
    await page.keyboard.press("Escape");
    await gone(page.getByText("3 issues marked"));
  });

  test("what is refused is put back, and the reason is said", async () => {
    await openInbox();
    await page.route("**/call/issue_edit", (route) =>
      route.fulfill({
        status: 409,
        json: { code: "conflict", message: "The issue changed elsewhere.", hint: "Look again." },
      }),
    );
    await page.keyboard.press("1");
    await seen(page.getByText("The issue changed elsewhere."));
    await seen(row(titles[3]).getByText("Medium"));
  });

  test("the filter lives in the address", async () => {
    await openInbox();
    await page.keyboard.press("/");
    await page.keyboard.type("theme");
    await gone(row(titles[0]));
    await seen(row(titles[1]));
    assert.equal(new URL(page.url()).searchParams.get("q"), "theme", "a filtered list can be linked to");
    await page.reload();
    await gone(row(titles[0]));
    assert.equal(await page.getByRole("textbox", { name: "Filter issues" }).inputValue(), "theme");
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await seen(row(titles[0]));
  });

  test("a filter that finds nothing says so and leads back", async () => {
    page = await world.open(`/p/${world.slug}/inbox?q=nosuchword`);
    await seen(page.getByRole("heading", { name: "No issue matches" }));
    await page.getByRole("link", { name: "Show what is active" }).click();
    await seen(row(titles[0]));
  });

  test("an issue that another program files appears by itself", async () => {
    await openInbox();
    await world.call("issue_create", {
      project: world.slug,
      title: "Filed from a script",
      body: "",
      labels: [],
    });
    await seen(row("Filed from a script"));
    await becomes(page, underCursor, "#4", "the cursor stays with the issue that was looked at");
  });

  test("the menu of a row offers what makes sense for it", async () => {
    await openInbox();
    await row(titles[0]).click({ button: "right" });
    const menu = await seen(page.getByRole("menu"));
    assert.equal(
      await menu.getByRole("menuitem", { name: "Reopen" }).count(),
      0,
      "an open issue cannot be reopened",
    );
    await menu.getByRole("menuitem", { name: "High" }).click();
    await seen(row(titles[0]).getByText("High"));
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "keys go on working");
  });

  test("the line of keys goes once they are known", async () => {
    const keyLine = () => page.getByText("X reject", { exact: true });
    await world.call("settings_set", { settings: { triage_keys_used: 98 } });
    await openInbox();
    await seen(keyLine());
    await page.keyboard.press("2");
    await seen(page.getByText(/set to high/));
    await page.keyboard.press("3");
    await gone(keyLine());
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "the keys go on working");
  });

  test("Escape leaves what is being written before it closes the issue", async () => {
    await openInbox("?open=1");
    await seen(page.getByRole("region", { name: "Issue 1" }).getByRole("textbox", { name: "Comment" }));
    await page.keyboard.press("m");
    await becomes(
      page,
      () => document.activeElement?.getAttribute("aria-label"),
      "Comment",
      "m leads to the box",
    );
    await page.keyboard.type("Half a comment");
    await page.keyboard.press("Escape");
    await seen(page.getByRole("region", { name: "Issue 1" }));
    await page.keyboard.press("Escape");
    await gone(page.getByRole("region", { name: "Issue 1" }));
    await row(titles[0]).click();
    await becomes(
      page,
      () => document.querySelector('textarea[aria-label="Comment"]')?.value,
      "Half a comment",
      "what was typed is there when the issue is opened again",
    );
  });

  test("keys typed into the filter are text", async () => {
    await openInbox();
    await page.keyboard.press("/");
    await page.keyboard.type("1xt");
    assert.equal(await page.getByRole("dialog").count(), 0, "x must not reject while a word is typed");
    assert.equal((await issue(4)).status, "open", "t must not triage while a word is typed");
  });
});
