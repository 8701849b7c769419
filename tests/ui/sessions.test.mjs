// Sessions: what a person loses when talking with an agent, being asked or answering fails.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { axeViolations, gone, openWorld, seen } from "./harness.mjs";

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
  const conversation = () => page.getByRole("region", { name: "Conversation" });
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
    await page.getByRole("button", { name: "End session" }).click();
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
  });
});
