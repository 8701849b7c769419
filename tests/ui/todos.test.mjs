// The todos of an issue: what a person loses when the list, or an edit of it, cannot be trusted.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";

describe("the todos of an issue", () => {
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

  const plan =
    "## Criteria\n- [ ] labels survive\n- [x] a second import changes nothing\n## Steps\n### explore\n- [>] read the parser\n  - note: dates are local time\n- [ ] try the API\n### build\n- [ ] write it\n";
  const markdown = async (number) =>
    (await world.call("todo_list", { project: world.slug, number })).markdown;

  /** An issue with these todos, open as a page. */
  async function open(text = plan, options = {}) {
    const { number } = await world.call("issue_create", {
      project: world.slug,
      title: "Importer",
      body: "",
      labels: [],
      attachments: [],
    });
    if (text) await world.call("todo_set", { project: world.slug, number, markdown: text });
    page = await world.open(`/p/${world.slug}/issues/${number}`, options);
    const todos = await seen(page.getByRole("region", { name: "Todos", exact: true }));
    return { number, todos };
  }
  /** Waits until all that was done has been answered. */
  const settled = () =>
    becomes(
      page,
      () => document.querySelector("[aria-label=Todos][aria-busy]") === null,
      true,
      "all is answered",
    );
  const box = (todos, name) => todos.getByRole("checkbox", { name });

  test("stand under their headings, criteria above steps, and say how far they are", async () => {
    const { todos } = await open();
    assert.deepEqual(await todos.getByRole("heading").allInnerTexts(), [
      "Todos",
      "Criteria",
      "Steps",
      "explore",
      "build",
    ]);
    await seen(todos.getByText("1/5"));
    await seen(box(todos, "read the parser, in progress"));
    assert.equal(await todos.getByText("dates are local time").count(), 0, "notes are folded");
    await todos.getByRole("button", { name: "1 note" }).click();
    await seen(todos.getByText("dates are local time"));
    assert.deepEqual(await axeViolations(page), []);
  });

  test("are typed one after the other, with Enter", async () => {
    const { number, todos } = await open("");
    await page.keyboard.press("Shift+S");
    for (const step of ["first", "second", "third"]) {
      await page.keyboard.type(step);
      await page.keyboard.press("Enter");
    }
    await seen(box(todos, "third"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+T");
    await page.keyboard.type("it holds");
    await page.keyboard.press("Enter");
    await seen(box(todos, "it holds"));
    await settled();
    assert.equal(
      await markdown(number),
      "## Criteria\n- [ ] it holds\n## Steps\n- [ ] first\n- [ ] second\n- [ ] third\n",
      "typed quickly, kept in order",
    );
  });

  test("are worked on with the keyboard alone: done, start, drop, note, edit, move", async () => {
    const { number, todos } = await open();
    await box(todos, /^read the parser/).focus();
    await page.keyboard.press("j");
    await page.keyboard.press("s");
    await seen(box(todos, "try the API, in progress"));
    await seen(todos.getByRole("checkbox", { name: "read the parser", exact: true }));
    await page.keyboard.press("n");
    await becomes(page, isTyping, true, "n opens a note");
    await page.keyboard.type("it is slow");
    await page.keyboard.press("Enter");
    await seen(todos.getByText("it is slow").or(todos.getByRole("button", { name: "1 note" }).nth(1)));
    await becomes(page, () => document.activeElement?.getAttribute("aria-label"), "try the API, in progress");
    await page.keyboard.press("Alt+ArrowUp");
    await becomes(page, firstStep, "try the API, in progress", "it stands above the other one");
    await becomes(page, () => document.activeElement?.getAttribute("aria-label"), "try the API, in progress");
    await page.keyboard.press("Enter");
    await becomes(page, isTyping, true, "Enter opens the text");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("try the new API");
    await page.keyboard.press("Enter");
    await seen(box(todos, "try the new API, in progress"));
    await page.keyboard.press("Space");
    await becomes(
      page,
      () => document.querySelector('[aria-label="try the new API"]')?.getAttribute("aria-checked"),
      "true",
    );
    await page.keyboard.press("j");
    await page.keyboard.press("Delete");
    await seen(page.getByText("“read the parser” dropped"));
    await settled();
    const expected =
      "## Criteria\n- [ ] labels survive\n- [x] a second import changes nothing\n## Steps\n### explore\n- [x] try the new API\n  - note: it is slow\n- [-] read the parser\n  - note: dates are local time\n### build\n- [ ] write it\n";
    assert.equal(await markdown(number), expected, "what shows must be kept");
    await page.keyboard.press("z");
    await seen(todos.getByRole("checkbox", { name: "read the parser", exact: true }));
  });

  test("a refused tick is taken back, and said", async () => {
    const { todos } = await open();
    await page.route("**/call/todo_edit", (route) =>
      route.fulfill({
        status: 500,
        json: { code: "failed", message: "The disk is full.", hint: "Make room." },
      }),
    );
    await box(todos, "labels survive").click();
    await seen(page.getByText("The disk is full."));
    assert.equal(
      await box(todos, "labels survive").getAttribute("aria-checked"),
      "false",
      "a screen must not claim what was not kept",
    );
  });

  test("are dragged to another place among their phase", async () => {
    const { number, todos } = await open();
    const row = (name) => todos.getByRole("listitem").filter({ hasText: name });
    await row("read the parser").hover();
    const grip = await row("read the parser").locator("[aria-hidden]").first().boundingBox();
    const target = await row("try the API").boundingBox();
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(grip.x + 4, target.y + target.height / 2, { steps: 4 });
    await page.mouse.move(grip.x + 4, target.y + target.height - 2, { steps: 4 });
    await page.mouse.up();
    await becomes(
      page,
      () =>
        [...document.querySelectorAll("[data-todo]")].map(
          (each) => each.querySelector("span:not([aria-hidden])")?.textContent,
        ),
      ["labels survive", "a second import changes nothing", "try the API", "read the parser", "write it"],
      "it stands where it was dropped",
    );
    await settled();
    assert.match(await markdown(number), /try the API\n- \[>\] read the parser/);
  });

  test("are the same list as Markdown", async () => {
    const { number, todos } = await open();
    await todos.getByRole("button", { name: "Markdown" }).click();
    const area = await seen(todos.getByRole("textbox", { name: "Todos as Markdown" }));
    assert.equal(await area.inputValue(), plan, "the text is exactly the list");
    await area.fill(plan.replace("- [ ] write it", "- [ ] write it well"));
    await area.press("Control+Enter");
    await seen(box(todos, "write it well"));
    await gone(area);
    await page.keyboard.press("z");
    await seen(box(todos, "write it").and(todos.getByRole("checkbox", { name: "write it", exact: true })));
    assert.equal(await markdown(number), plan, "taken back whole");
  });

  test("a line that cannot be read is shown at its line, and nothing is lost", async () => {
    const { number, todos } = await open();
    await todos.getByRole("button", { name: "Markdown" }).click();
    const area = todos.getByRole("textbox", { name: "Todos as Markdown" });
    const typed = `${plan}- [?] what is this\nplain words\n`;
    await area.fill(typed);
    await area.press("Control+Enter");
    await seen(todos.getByText("2 lines could not be read. Nothing was changed."));
    await seen(todos.getByRole("button", { name: "Line 11" }));
    await todos.getByRole("button", { name: "Line 12" }).click();
    await becomes(
      page,
      () => {
        const text = document.activeElement;
        return text?.value?.slice(text.selectionStart, text.selectionEnd);
      },
      "plain words",
      "a press leads to the line",
    );
    assert.equal(await area.inputValue(), typed, "what was typed stays");
    assert.equal(await markdown(number), plan, "nothing is changed by half");
    assert.deepEqual(await axeViolations(page), []);
    await page.reload();
    const again = await seen(page.getByRole("textbox", { name: "Todos as Markdown" }));
    assert.equal(await again.inputValue(), typed, "not even a reload loses it");
  });

  test("an edit of a list that changed meanwhile offers both, and loses neither", async () => {
    const { number, todos } = await open();
    await todos.getByRole("button", { name: "Markdown" }).click();
    const area = todos.getByRole("textbox", { name: "Todos as Markdown" });
    await area.fill(`${plan}- [ ] mine\n`);
    await world.call("todo_add", { project: world.slug, number, kind: "step", content: "theirs" });
    await seen(todos.getByText("The list was changed elsewhere since you began."));
    await todos.getByRole("button", { name: "See the newer list" }).click();
    await seen(todos.getByRole("region", { name: "The newer list" }).getByText("theirs"));
    await todos.getByRole("button", { name: "Replace it with mine" }).click();
    await gone(area);
    assert.match(await markdown(number), /mine/);
    assert.doesNotMatch(await markdown(number), /theirs/);
  });

  test("an empty list says what it is for, in both themes and at the smallest size", async () => {
    for (const theme of ["light", "dark"]) {
      await world.call("settings_set", { settings: { theme } });
      const { todos } = await open("", { theme, width: 900, height: 600 });
      await seen(todos.getByText("Criteria say when this is done"));
      assert.deepEqual(await axeViolations(page), []);
      await page.context().close();
    }
    await world.call("settings_set", { settings: { theme: "light" } });
  });
});

/** Runs in the page: whether what is typed goes into a text. */
const isTyping = () => document.activeElement?.matches("input:not([type=checkbox]), textarea") ?? false;

/** Runs in the page: the first step under the phase "explore". */
const firstStep = () =>
  [...document.querySelectorAll('[role="checkbox"]')]
    .map((box) => box.getAttribute("aria-label"))
    .find((label) => label?.startsWith("read the parser") || label?.startsWith("try the API"));
