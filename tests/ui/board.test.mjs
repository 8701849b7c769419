// The board: what a person loses when a card does not go where it was put, or stays where it may not be.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";

describe("the board", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({
      issues: [
        { title: "Importer drops labels", labels: ["bug"], priority: "high" },
        { title: "Dark theme unreadable", labels: ["ui"] },
        { title: "Rate limit ends the run" },
      ],
    });
    await world.call("issue_move", { project: world.slug, number: 1, status: "triaged" });
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function openBoard(query = "") {
    page = await world.open(`/p/${world.slug}/board${query}`);
    await seen(page.getByRole("option"));
    await becomes(
      page,
      () => document.activeElement?.getAttribute("role"),
      "listbox",
      "keys must work at once",
    );
  }

  const issue = (number) => world.call("issue_get", { project: world.slug, number });
  const column = (name) => page.getByRole("group", { name: new RegExp(`^${name}, `) });
  const card = (number) => page.getByRole("option").filter({ hasText: `#${number}` });
  const inColumn = (name, number) =>
    column(name)
      .getByRole("option")
      .filter({ hasText: `#${number}` });
  const underCursor = () =>
    document
      .getElementById(document.activeElement?.getAttribute("aria-activedescendant") ?? "")
      ?.textContent?.match(/#\d+/)?.[0];
  const undo = () => Promise.all([page.waitForResponse("**/call/issue_undo"), page.keyboard.press("z")]);

  async function drag(from, to, { release = true } = {}) {
    const [start, end] = [await (await seen(from)).boundingBox(), await (await seen(to)).boundingBox()];
    await page.mouse.move(start.x + 40, start.y + 20);
    await page.mouse.down();
    await page.mouse.move(start.x + 60, start.y + 24);
    await page.mouse.move(end.x + end.width / 2, end.y + 120, { steps: 8 });
    if (release) await page.mouse.up();
  }

  test("has a column for each status, with its count", async () => {
    await openBoard();
    await seen(page.getByRole("group", { name: "Open, 2" }));
    await seen(page.getByRole("group", { name: "Triaged, 1" }));
    await seen(inColumn("Triaged", 1));
    assert.deepEqual(await axeViolations(page), [], "a board must be usable by everybody");
  });

  test("arrow keys go from card to card and from column to column", async () => {
    await openBoard();
    await becomes(page, underCursor, "#3", "the newest open issue is first");
    await page.keyboard.press("ArrowDown");
    await becomes(page, underCursor, "#2", "down");
    await page.keyboard.press("ArrowRight");
    await becomes(page, underCursor, "#1", "to the column beside");
    await page.keyboard.press("ArrowLeft");
    await becomes(page, underCursor, "#3", "and back to the row that it came to");
    await page.keyboard.press("Enter");
    await seen(page.getByRole("region", { name: "Issue 3" }));
    await page.keyboard.press("Escape");
    await gone(page.getByRole("region", { name: "Issue 3" }));
    await becomes(page, underCursor, "#3", "the focus comes back to the card");
  });

  test("Shift and an arrow move the card, and z takes it back", async () => {
    await openBoard();
    await page.keyboard.press("Shift+ArrowRight");
    await seen(inColumn("Triaged", 3));
    await seen(page.getByText("#3 moved to triaged"));
    assert.equal((await issue(3)).status, "triaged", "what shows must be kept");
    await becomes(page, underCursor, "#3", "the cursor goes along");
    await undo();
    await seen(inColumn("Open", 3));
    assert.equal((await issue(3)).status, "open");
  });

  test("dragging a card moves it, and the click that ends the drag opens nothing", async () => {
    await openBoard();
    await drag(card(2), column("Triaged"));
    await seen(inColumn("Triaged", 2));
    await seen(page.getByText("#2 moved to triaged"));
    assert.equal(new URL(page.url()).searchParams.get("open"), null, "a drag is no click");
    assert.equal((await issue(2)).status, "triaged");
    await undo();
    await seen(inColumn("Open", 2));
  });

  test("Escape lets a dragged card go where it was", async () => {
    await openBoard();
    await drag(card(2), column("Triaged"), { release: false });
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await seen(inColumn("Open", 2));
    assert.equal((await issue(2)).status, "open", "nothing was moved");
  });

  test("a move that is refused puts the card back and says why", async () => {
    await openBoard();
    await drag(card(1), column("Open"));
    await seen(page.getByText("#1 did not move to open"));
    await seen(page.getByText(/it can become/));
    await seen(inColumn("Triaged", 1));
    await gone(inColumn("Open", 1));
    assert.equal((await issue(1)).status, "triaged", "nothing was moved");
  });

  test("rejecting asks for its reason first", async () => {
    await world.call("issue_create", {
      project: world.slug,
      title: "Paint it pink",
      body: "",
      labels: [],
      attachments: [],
    });
    await openBoard();
    await seen(card(4));
    await page.setViewportSize({ width: 2000, height: 800 });
    await drag(card(4), column("Rejected"));
    const dialog = await seen(page.getByRole("dialog", { name: "Reject #4" }));
    assert.equal((await issue(4)).status, "open", "not without a reason");
    await dialog.getByLabel("Why").fill("Out of scope.");
    await page.keyboard.press("Control+Enter");
    await seen(inColumn("Rejected", 4));
  });

  test("columns by priority and by label move what they stand for", async () => {
    await openBoard("?group=priority");
    await seen(inColumn("High", 1));
    await page.keyboard.press("ArrowLeft");
    await seen(card(1));
    await drag(card(1), column("Critical"));
    await seen(inColumn("Critical", 1));
    await seen(page.getByText("#1 set to critical"));
    await undo();
    await seen(inColumn("High", 1));
    await page.keyboard.press("Shift+B");
    await page.getByRole("menuitemcheckbox", { name: "Label" }).click();
    await seen(inColumn("bug", 1));
    assert.equal(new URL(page.url()).searchParams.get("group"), "label", "a board can be linked to");
    await drag(inColumn("bug", 1), column("ui"));
    await seen(inColumn("ui", 1));
    await seen(page.getByText("#1 labelled ui and no longer labelled bug"));
    assert.deepEqual(
      (await issue(1)).labels.map(({ name }) => name),
      ["ui"],
    );
    await undo();
    await seen(inColumn("bug", 1));
  });

  test("another program's change shows by itself", async () => {
    await openBoard();
    await seen(inColumn("Open", 3));
    await world.call("issue_move", { project: world.slug, number: 3, status: "triaged" });
    await seen(inColumn("Triaged", 3));
    await gone(inColumn("Open", 3));
  });
});
