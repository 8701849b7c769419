// Links between issues, and mentions of them: what a person loses when the way from one to the other is wrong.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";

describe("links and mentions", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function file(title, more = {}) {
    const issue = { project: world.slug, title, body: "", labels: [], attachments: [], ...more };
    return (await world.call("issue_create", issue)).number;
  }
  async function open(number, options) {
    page = await world.open(`/p/${world.slug}/issues/${number}`, options);
    return seen(page.getByRole("region", { name: "Links", exact: true }));
  }
  const kept = async (number) =>
    (await world.call("link_list", { project: world.slug, number })).map((link) => [
      link.relation,
      link.issue.number,
    ]);
  const link = (number, relation, other) =>
    world.call("link_add", { project: world.slug, number, relation, other });

  test("a link is made by relation and words, seen from both ends, and taken back", async () => {
    const [one, two] = [await file("Importer drops labels"), await file("Parser rewrite")];
    const links = await open(one);
    await page.keyboard.press("Shift+L");
    await seen(page.getByRole("dialog", { name: "Link to another issue" }));
    await page.keyboard.type("blocked");
    await page.keyboard.press("Enter");
    await page.getByPlaceholder("Number or words of the issue").fill("rewrite");
    await seen(page.getByRole("option", { name: /Parser rewrite/ }));
    await page.keyboard.press("Enter");
    await seen(links.getByRole("heading", { name: "Blocked by" }));
    await seen(links.getByRole("link", { name: /Parser rewrite/ }));
    await seen(page.getByText(`#${one} is blocked by #${two}`).first());
    assert.deepEqual(await kept(two), [["blocks", one]], "the other issue knows it as well");
    await links.getByRole("link", { name: /Parser rewrite/ }).click();
    await seen(page.getByRole("heading", { name: "Parser rewrite", exact: true, level: 2 }));
    await seen(page.getByRole("heading", { name: "Blocks" }));
    await page.goBack();
    await links.getByRole("link", { name: /Parser rewrite/ }).hover();
    await links.getByRole("button", { name: `Remove the link to #${two}` }).click();
    await gone(links.getByRole("heading", { name: "Blocked by" }));
    await seen(page.getByText("no more"));
    // The screen is quicker than Waybill's answer.
    await Promise.all([page.waitForResponse("**/call/link_add"), page.keyboard.press("z")]);
    await seen(links.getByRole("heading", { name: "Blocked by" }));
    assert.deepEqual(await kept(one), [["blocked_by", two]], "taken back, it is there again");
  });

  test("a link that is refused is put back, and the reason is said", async () => {
    const [parent, child] = [await file("Parent of all"), await file("Child of it")];
    await link(child, "child_of", parent);
    const links = await open(parent);
    await page.keyboard.press("Shift+L");
    await seen(page.getByRole("dialog", { name: "Link to another issue" }));
    await page.keyboard.type("child of");
    await page.keyboard.press("Enter");
    await page.getByPlaceholder("Number or words of the issue").fill(String(child));
    await seen(page.getByRole("option", { name: /Child of it/ }));
    await page.keyboard.press("Enter");
    await seen(page.getByText("The link was not made"));
    await gone(links.getByRole("heading", { name: "Child of" }));
    assert.deepEqual(await kept(parent), [["parent_of", child]], "no circle of children");
  });

  test("the graph draws the issues as links, and says the same in sentences", async () => {
    const numbers = [];
    for (const title of ["Release", "Importer", "Parser", "Tokens", "Docs"]) numbers.push(await file(title));
    const [release, importer, parser, tokens, docs] = numbers;
    await link(importer, "child_of", release);
    await link(importer, "blocked_by", parser);
    await link(parser, "blocked_by", tokens);
    await link(docs, "relates_to", importer);
    const links = await open(importer);
    await links.getByRole("button", { name: "Show as a graph" }).click();
    const dialog = await seen(page.getByRole("dialog", { name: `Links of #${importer}` }));
    for (const title of ["Release", "Importer", "Parser", "Tokens", "Docs"]) {
      await seen(dialog.getByRole("link", { name: new RegExp(title) }));
    }
    const sentences = await dialog.getByRole("listitem").allInnerTexts();
    assert.ok(sentences.includes(`#${parser} is blocked by #${tokens}`), "who hears it learns the same");
    assert.deepEqual(await axeViolations(page), []);
    const tokensLink = dialog.getByRole("link", { name: /Tokens/ });
    await tokensLink.focus();
    await page.keyboard.press("Enter");
    await seen(page.getByRole("heading", { name: "Tokens", exact: true, level: 2 }));
  });

  test("a mention tells what the issue is, to the pointer and to the keyboard, without moving the text", async () => {
    const other = await file("Crash at start", { priority: "critical" });
    const number = await file("Mentions", { body: `Like #${other}, unlike #9999.` });
    await open(number);
    const text = page.getByRole("region", { name: "Description" });
    const before = await text.boundingBox();
    await text.getByRole("link", { name: `#${other}` }).hover();
    const card = await seen(page.getByRole("tooltip"));
    await seen(card.getByText("Crash at start"));
    await seen(card.getByText("Critical"));
    assert.deepEqual(await text.boundingBox(), before, "a card must not push the text about");
    assert.deepEqual(await axeViolations(page), []);
    await page.mouse.move(2, 400);
    await gone(card);
    await text.getByRole("link", { name: "#9999" }).focus();
    await seen(page.getByRole("tooltip").getByText("There is no such issue."));
    await page.keyboard.press("Escape");
    await gone(page.getByRole("tooltip"));
  });

  test("a mention is finished while it is typed", async () => {
    const other = await file("Unicode titles are cut");
    await open(await file("Typing"));
    await page.keyboard.press("m");
    const writing = () =>
      document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName;
    await becomes(page, writing, "Comment", "one key leads to the comment");
    await page.keyboard.type("Same as #unicode");
    await seen(page.getByRole("option", { name: /Unicode titles are cut/ }));
    assert.deepEqual(await axeViolations(page), []);
    await page.keyboard.press("Enter");
    await page.keyboard.type("indeed");
    assert.equal(
      await page.getByRole("textbox", { name: "Comment" }).inputValue(),
      `Same as #${other} indeed`,
      "one key, and the writing goes on",
    );
  });

  test("an issue is closed as a duplicate in one go, and taken back", async () => {
    const [one, two] = [await file("Labels vanish"), await file("Labels are dropped by the importer")];
    const links = await open(one);
    await page.keyboard.press("d");
    const dialog = await seen(page.getByRole("dialog", { name: `#${one} is a duplicate of…` }));
    await page.keyboard.type("dropped by the importer");
    await seen(dialog.getByRole("option", { name: new RegExp(`#${two}`) }));
    assert.deepEqual(await axeViolations(page), []);
    await page.keyboard.press("Enter");
    await gone(dialog);
    await seen(page.getByText(`#${one} closed as a duplicate of #${two}`));
    await seen(links.getByRole("heading", { name: "Duplicate of" }));
    const issue = () => world.call("issue_get", { project: world.slug, number: one });
    assert.equal((await issue()).status, "rejected");
    assert.deepEqual(await kept(two), [["duplicated_by", one]]);
    await page.keyboard.press("z");
    await gone(links.getByRole("heading", { name: "Duplicate of" }));
    assert.equal((await issue()).status, "open", "taken back whole: the status and the link");
  });

  test("resolving a parent asks while children are open, and lists them", async () => {
    const [parent, child] = [await file("Epic"), await file("Part one")];
    await link(child, "child_of", parent);
    await open(parent);
    await page.keyboard.press("s");
    await page.getByRole("menuitem", { name: "Resolved" }).click();
    const dialog = await seen(page.getByRole("dialog", { name: `Resolve #${parent} with 1 child open?` }));
    await seen(dialog.getByRole("link", { name: /Part one/ }));
    const status = async () =>
      (await world.call("issue_get", { project: world.slug, number: parent })).status;
    assert.equal(await status(), "open", "nothing happens before the answer");
    await dialog.getByRole("button", { name: "Resolve anyway" }).click();
    await seen(page.getByText(`#${parent} moved to resolved`));
    assert.equal(await status(), "resolved");
  });

  test("a child is filed from its parent", async () => {
    const parent = await file("Epic two");
    const links = await open(parent);
    await page.keyboard.press("Shift+C");
    const dialog = await seen(page.getByRole("dialog", { name: "New child issue" }));
    await seen(dialog.getByText("Epic two"));
    await page.keyboard.type("Part of epic two");
    await page.keyboard.press("Control+Enter");
    await gone(dialog);
    await seen(links.getByRole("heading", { name: "Parent of" }));
    await seen(links.getByRole("link", { name: /Part of epic two/ }));
  });
});
