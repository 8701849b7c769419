// Sessions: what a person loses when talking with an agent, being asked or answering fails.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";
import { addTalker, rested, startTalk } from "./talker.mjs";

const exec = promisify(execFile);

/** How long a turn may take, on a machine that is busy with others. */
const TURN_MS = 30_000;

const waybill =
  process.env.WAYBILL_BIN ?? fileURLToPath(new URL("../../target/debug/waybill", import.meta.url));

/** An agent without intelligence: it asks when it is told to. What was said last is looked for first: all before is told again. */
const agent = `
message=$(cat)
tool() {
  printf '%s\\n' \\
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}' \\
    '{"jsonrpc":"2.0","method":"notifications/initialized"}' \\
    '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":'"$1"'}' |
    '${waybill}' mcp --connect "$WAYBILL_SOCKET" >/dev/null
}
case $message in
  *"And again"*) echo "Again it is." ;;
  *"Make it warm"*) echo "Warm it is." ;;
  *localhost*) echo "I look there." ;;
  *"ask me"*) tool '{"name":"ask","arguments":{"question":"Warm or **cold**?","choices":["Make it warm","Make it cold"]}}'; echo "I asked." ;;
  *"show me a form"*) tool '{"name":"form","arguments":{"title":"Where is it?","fields":[{"name":"host","label":"Host","kind":"text","required":true},{"name":"port","label":"Port","kind":"number"}]}}'; echo "I sent a form." ;;
  *) echo "Hello **to you**." ;;
esac
`;

describe("sessions", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({ issues: [{ title: "Water the roses" }] });
    await mkdir(join(world.repository, "tools"));
    await writeFile(join(world.repository, "tools", "roses.sh"), agent);
    const git = (...args) => exec("git", ["-C", world.repository, ...args]);
    await git("add", ".");
    await git("commit", "--quiet", "--message", "Add an agent");
    await world.call("tool_add", { name: "roses", command: "sh tools/roses.sh", prompt: "stdin" });
    await addTalker(world);
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function start(message) {
    const { number } = await world.call("session_start", {
      project: world.slug,
      issue: 1,
      tool: "roses",
      message,
      draft: true,
    });
    page = await world.open(`/p/${world.slug}/sessions/${number}`);
    await seen(page.getByRole("textbox", { name: "Message" }));
    return number;
  }
  const conversation = () => page.getByRole("log", { name: "Conversation" });
  const soon = (locator) => locator.first().waitFor({ timeout: TURN_MS });

  test("a list without any says what a session is", async () => {
    page = await world.open(`/p/${world.slug}/sessions`);
    await seen(page.getByText("No sessions yet"));
    assert.deepEqual(await axeViolations(page), []);
  });

  test("a message is sent and answered, and the next one after it", async () => {
    const number = await start("Hello there");
    const ready = await page.getByRole("textbox", { name: "Message" }).inputValue();
    assert.match(ready, /^Hello there\n/, "the first message is ready, and can be changed before it is sent");
    await page.getByRole("textbox", { name: "Message" }).press("Enter");
    await soon(conversation().getByText("Hello to you."));
    await page.getByRole("textbox", { name: "Message" }).fill("And again");
    await page.keyboard.press("Enter");
    await soon(conversation().getByText("Again it is."));
    assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "");
    assert.deepEqual(await axeViolations(page), []);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: /^End the session/ }).click();
    await gone(page.getByRole("textbox", { name: "Message" }));
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await seen(page.getByRole("row").filter({ hasText: "Ended" }));
    assert.equal((await world.call("session_get", { project: world.slug, number })).state, "ended");
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });

  test("what it asks is answered with one press, and the answer is its next message", async () => {
    await start("ask me");
    await page.getByRole("textbox", { name: "Message" }).press("Enter");
    const question = page.getByRole("region", { name: "The agent asks" });
    await soon(question);
    await seen(page.getByText("Asks you"));
    assert.deepEqual(await axeViolations(page), []);
    await question.getByRole("button", { name: "Make it warm" }).click();
    await gone(question);
    await soon(conversation().getByText("Warm it is."));
    await seen(conversation().getByText("Warm or **cold**?"));
    await seen(conversation().getByText("Make it warm", { exact: true }));
  });

  test("a form is filled in, and what is missing is said before it is sent", async () => {
    const number = await start("show me a form");
    await page.getByRole("textbox", { name: "Message" }).press("Enter");
    const form = page.getByRole("region", { name: "The agent asks for some details" });
    await soon(form);
    await form.getByRole("textbox", { name: "Port" }).fill("eighty");
    await form.getByRole("button", { name: "Answer" }).click();
    await seen(form.getByText("The agent needs this."));
    await seen(form.getByText("This must be a number."));
    assert.deepEqual(await axeViolations(page), []);
    await form.getByRole("textbox", { name: "Host" }).fill("localhost");
    await form.getByRole("textbox", { name: "Port" }).fill("80");
    await page.keyboard.press("Enter");
    await gone(form);
    await soon(conversation().getByText("I look there."));
    const { questions } = await world.call("session_get", { project: world.slug, number });
    assert.deepEqual(questions[0].answer, { host: "localhost", port: 80 });
  });

  test("what needs the person leads to the session", async () => {
    await start("ask me");
    await page.getByRole("textbox", { name: "Message" }).press("Enter");
    await soon(page.getByRole("region", { name: "The agent asks" }));
    await page.goto(page.url().replace(/\/p\/.*/, "/needs-you"));
    await page.getByRole("row").filter({ hasText: "Question" }).first().click();
    await seen(page.getByRole("region", { name: "The agent asks" }));
    await becomes(
      page,
      () => document.activeElement?.textContent,
      "Make it warm",
      "it can be answered at once",
    );
    await page.keyboard.press("Enter");
    await soon(conversation().getByText("Warm it is."));
  });

  const open = async (number, size = {}) => {
    page = await world.open(`/p/${world.slug}/sessions/${number}`, size);
    await seen(page.getByRole("tab", { name: "Conversation" }));
  };

  test("what the agent says shows while it speaks, and Escape interrupts it", async () => {
    await open(await startTalk(world, "Talker, wait for me"));
    await soon(conversation().locator("strong", { hasText: "not done" }));
    await seen(page.getByText("talker is at work"));
    await page.getByRole("textbox", { name: "Message" }).fill("And then?");
    await page.keyboard.press("Enter");
    await soon(conversation().getByText("waits for its turn"));
    await page.keyboard.press("Escape");
    await soon(conversation().getByText("You said: And then?"));
    await gone(page.getByText("talker is at work"));
    assert.deepEqual(page.complaints, []);
  });

  test("what it says is read as Markdown, and none of it is obeyed", async () => {
    const number = await startTalk(world, "Talker, explain it");
    await rested(world, number);
    await open(number);
    await seen(conversation().locator("strong", { hasText: "twice" }));
    await seen(conversation().locator("pre", { hasText: "for label in labels" }));
    await seen(conversation().getByRole("link", { name: "#1" }));
    assert.equal(await conversation().locator("img, script").count(), 0);
    assert.equal(await conversation().locator('[href^="javascript"]').count(), 0);
    assert.equal(await page.evaluate("window.harmed"), undefined);
  });

  test("what it does is folded with its results, changes the todos beside it, and is a diff", async () => {
    const of = { project: world.slug, number: 1 };
    await world.call("todo_set", { ...of, markdown: "## Criteria\n- [ ] they are wet\n" });
    const number = await startTalk(world, "Hello", { title: "Work on roses" });
    await rested(world, number);
    await open(number);
    const issue = page.getByRole("region", { name: "The session's issue" });
    await seen(issue.getByText("they are wet"));
    await world.call("session_send", { project: world.slug, number, text: "Talker, work" });
    await soon(issue.getByText("keep the labels"));
    await soon(conversation().getByText("The labels are kept now."));
    assert.equal(await conversation().getByText("labels_survive").count(), 0, "a result is folded");
    const call = conversation().getByRole("button", { name: /cargo test.*failed/ });
    await call.focus();
    await page.keyboard.press("Enter");
    await seen(conversation().getByText("labels_survive"));
    await seen(conversation().getByText("Added import.rs"));
    await soon(page.getByRole("tab", { name: "Changes 1" }));
    await page.keyboard.press("2");
    const terminal = page.getByRole("log", { name: "Terminal" });
    await seen(terminal.getByText("test labels_survive ... FAILED"));
    await seen(terminal.getByText("Talker, work"));
    await page.keyboard.press("3");
    await seen(page.getByRole("region", { name: "Changes of import.rs" }).getByText("fn import() {}"));
    assert.deepEqual(page.complaints, []);
  });

  test("is bound, unbound and promoted by the keyboard", async () => {
    const number = await startTalk(world, "Hello", { issue: null, title: "A talk about nothing" });
    await rested(world, number);
    await open(number);
    await page.keyboard.press("b");
    await seen(page.getByRole("dialog", { name: "Bind the session to…" }));
    await page.keyboard.type("roses");
    await page.getByRole("option", { name: /Water the roses/ }).click();
    await seen(page.getByRole("region", { name: "The session's issue" }).getByText("Water the roses"));
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: /^Unbind from #1/ }).click();
    await seen(page.getByRole("heading", { name: "No issue is bound" }));
    await page.getByRole("button", { name: "Promote to an issue" }).click();
    await seen(page.getByRole("dialog", { name: "Promote to an issue" }));
    await page.getByRole("button", { name: "File the issue" }).click();
    await seen(page.getByRole("region", { name: "The session's issue" }).getByText("A talk about nothing"));
    assert.deepEqual(page.complaints, []);
  });

  test("criteria are signed off, and open children are asked about before", async () => {
    const { number: parent } = await world.call("issue_create", {
      project: world.slug,
      title: "Keep the hedge",
      body: "",
      labels: [],
    });
    const of = { project: world.slug, number: parent };
    await world.call("issue_create", { project: world.slug, title: "Cut it", body: "", labels: [], parent });
    await world.call("todo_set", { ...of, markdown: "## Criteria\n- [x] it is kept\n" });
    const number = await startTalk(world, "Talker, checkpoint", { issue: parent });
    await rested(world, number);
    await open(number);
    const question = page.getByRole("region", { name: "The agent stops here and waits for you" });
    await question.getByRole("button", { name: "Sign off and resolve" }).click();
    const asked = page.getByRole("alertdialog", { name: /with 1 child open/ }).or(page.getByRole("dialog"));
    await seen(asked.getByText("Cut it"));
    await page.getByRole("button", { name: "Resolve anyway" }).click();
    await gone(question);
    await seen(page.getByRole("region", { name: "The session's issue" }).getByText("Resolved"));
    assert.deepEqual(
      page.complaints.filter((text) => !/409/.test(text)),
      [],
    );
  });

  test("an answer that is not given yet is kept while one looks elsewhere", async () => {
    const number = await startTalk(world, "Talker, form");
    await rested(world, number);
    await open(number, { width: 900, height: 600 });
    const top = () =>
      Math.sign(document.activeElement?.closest("section")?.getBoundingClientRect().top ?? -1);
    await becomes(page, top, 1, "a form that is taller than the page shows from its beginning");
    await page.getByRole("textbox", { name: "Host" }).fill("localhost");
    await page.getByRole("tab", { name: "Terminal" }).click();
    await seen(page.getByRole("log", { name: "Terminal" }));
    await page.getByRole("tab", { name: "Conversation" }).click();
    assert.equal(await page.getByRole("textbox", { name: "Host" }).inputValue(), "localhost");
    await conversation().focus();
    await page.keyboard.press("a");
    await becomes(page, () => document.activeElement?.value, "localhost", "one key leads to the question");
    await page.getByRole("checkbox", { name: "labels", exact: true }).press("Space");
    await page.getByRole("textbox", { name: "Host" }).press("Enter");
    await gone(page.getByRole("region", { name: "The agent asks for some details" }));
    const { questions } = await world.call("session_get", { project: world.slug, number });
    assert.deepEqual(questions[0].answer, { host: "localhost", sections: ["labels"], quiet: false });
  });
});
