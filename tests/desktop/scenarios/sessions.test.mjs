import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { makeDemo } from "../harness/demo.mjs";
import { Desktop } from "../harness/desktop.mjs";
import { succeed } from "../harness/processes.mjs";

/** An agent without intelligence: it asks, by the tools that it was handed, and says what it was answered. */
const AGENT = `
message=$(cat)
waybill=$(sed -n 's/.*"command":"\\([^"]*\\)".*/\\1/p' "$WAYBILL_MCP_CONFIG")
case $message in
  *"Make it warm"*) echo "Warm it is." ;;
  *) printf '%s\\n' \\
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}' \\
    '{"jsonrpc":"2.0","method":"notifications/initialized"}' \\
    '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask","arguments":{"question":"Warm or cold?","choices":["Make it warm","Make it cold"]}}}' |
    "$waybill" mcp --connect "$WAYBILL_SOCKET" > answers ;;
esac
`;

test("what an agent asks is answered by a button of its notification", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  const { peers } = desktop;
  const page = await desktop.start();
  await makeDemo(page);
  const [{ slug, root_path: repository }] = await page.call("project_list");
  await writeFile(join(repository, "asks.sh"), AGENT);
  const git = (...args) =>
    succeed("git", ["-C", repository, "-c", "user.name=Ana", "-c", "user.email=ana@example.org", ...args]);
  await git("add", ".");
  await git("commit", "--quiet", "--message", "Add an agent");
  await page.call("tool_add", { name: "asker", command: "sh asks.sh", prompt: "stdin" });
  const { number } = await page.call("session_start", {
    project: slug,
    issue: 1,
    tool: "asker",
    message: "Ask me.",
    draft: false,
  });

  const told = await peers.next("notification", () => true, "a native notification");
  assert.equal(told.summary, `Session ${number} needs you`);
  const at = told.actions.indexOf("choice-0");
  const buttons = told.actions.slice(at, at + 4);
  assert.deepEqual(
    buttons,
    ["choice-0", "Make it warm", "choice-1", "Make it cold"],
    "its choices are buttons",
  );
  await peers.do("press-notification", { notification: told.notification, action: "choice-0" });
  await page.click({ role: "link", name: "Sessions" });
  await page.click({ role: "row", name: /Heavy parcels/ });
  await page.sees("Warm it is.");
  await page.shoot("40-answered");
  const { questions } = await page.call("session_get", { project: slug, number });
  assert.equal(questions[0].answer, "Make it warm");
});
