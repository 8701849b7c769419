// An agent without intelligence that speaks the Agent Client Protocol: it does what its last message names, so that a
// conversation can be looked at without any model.

import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const waybill =
  process.env.WAYBILL_BIN ?? fileURLToPath(new URL("../../target/debug/waybill", import.meta.url));

/**
 * Adds the tool `talker` to a world. To "Talker, …" it knows these words: explain (Markdown in pieces, some of it hostile),
 * wait (begins to speak, and goes on until it is interrupted), work (calls tools, changes a file, ticks todos off), ask,
 * form, checkpoint, fail.
 */
export async function addTalker(world) {
  await mkdir(join(world.repository, "tools"), { recursive: true });
  await writeFile(join(world.repository, "tools", "talker.mjs"), source);
  const git = (...args) => run("git", ["-C", world.repository, ...args]);
  await git("add", ".");
  await git("commit", "--quiet", "--message", "Add an agent");
  await world.call("tool_add", {
    name: "talker",
    command: `${process.execPath} tools/talker.mjs`,
    prompt: "acp",
  });
}

/** Starts a session with it; answers its number. */
export async function startTalk(world, message, { issue = 1, draft = false, title } = {}) {
  const { number } = await world.call("session_start", {
    project: world.slug,
    ...(issue === null ? {} : { issue }),
    ...(title === undefined ? {} : { title }),
    tool: "talker",
    message,
    draft,
  });
  return number;
}

/** Waits until the session's turn is over. */
export async function rested(world, number) {
  for (let tries = 0; tries < 600; tries += 1) {
    const session = await world.call("session_get", { project: world.slug, number });
    if (!session.working) return session;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the turn of session ${number} does not end`);
}

const source = `
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
const tell = (update) => say({ method: "session/update", params: { sessionId: "talk", update } });
const speak = (...pieces) => {
  for (const text of pieces) tell({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
};
const text = (words) => [{ type: "content", content: { type: "text", text: words } }];

/** Calls one of Waybill's tools. */
function call(name, given) {
  const lines = [
    { id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "talker", version: "1" } } },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name, arguments: given } },
  ];
  const input = lines.map((line) => JSON.stringify({ jsonrpc: "2.0", ...line }) + "\\n").join("");
  execFileSync(${JSON.stringify(waybill)}, ["mcp", "--connect", process.env.WAYBILL_SOCKET], { input, stdio: ["pipe", "ignore", "inherit"] });
}

let interrupt;

async function turn(said) {
  const words = [...said.matchAll(/Talker, (\\w+)/g)].at(-1)?.[1] ?? said;
  if (words === "explain") {
    speak("The importer reads labels ", "**twice**:\\n\\n- once in \`read\`", "\\n- again in \`merge\`\\n\\n");
    speak("\`\`\`rust\\nfor label in labels {\\n    merge(label)?;\\n}\\n\`\`\`\\n\\n");
    speak('<img src="x" onerror="window.harmed = true"><script>window.harmed = true</script>');
    speak("[a link](javascript:window.harmed=true) and #1.");
  } else if (words === "wait") {
    speak("I begin, and I am **not done**.\\n\\n");
    await new Promise((resolve) => { interrupt = resolve; });
    return "cancelled";
  } else if (words === "work") {
    tell({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "The parser first, then the merge." } });
    const read = { toolCallId: "c1", title: "Read src/import.rs", kind: "read", rawInput: { path: "src/import.rs" } };
    tell({ sessionUpdate: "tool_call", status: "pending", ...read });
    tell({ sessionUpdate: "tool_call_update", toolCallId: "c1", status: "completed", content: text("fn import() {\\n    todo!()\\n}") });
    const test = { toolCallId: "c2", title: "cargo test -p importer", kind: "execute", rawInput: { command: "cargo test -p importer" } };
    tell({ sessionUpdate: "tool_call", status: "pending", ...test });
    tell({ sessionUpdate: "tool_call_update", toolCallId: "c2", status: "failed", content: text("\\u001b[31mtest labels_survive ... FAILED\\u001b[0m") });
    call("todo", { action: "set", steps: ["read the parser", "keep the labels"] });
    call("todo", { action: "done", todo: "read the parser" });
    call("todo", { action: "start", todo: "keep the labels" });
    writeFileSync("import.rs", "fn import() {}\\n");
    const edit = { toolCallId: "c3", title: "Write import.rs", kind: "edit", rawInput: { path: "import.rs" } };
    tell({ sessionUpdate: "tool_call", status: "pending", ...edit });
    tell({ sessionUpdate: "tool_call_update", toolCallId: "c3", status: "completed",
      content: [{ type: "diff", path: process.cwd() + "/import.rs", oldText: null, newText: "fn import() {}\\n" }] });
    speak("The labels are kept now. One test still fails, as it did before.");
  } else if (words === "ask") {
    speak("One thing I cannot know.");
    call("ask", { question: "Shall a label that is **gone** be made again?", choices: ["Make it again", "Leave it out"] });
  } else if (words === "form") {
    call("form", { title: "Where does the server stand?", fields: [
      { name: "host", label: "Host", kind: "text", required: true },
      { name: "port", label: "Port", kind: "number" },
      { name: "scheme", label: "Scheme", kind: "choice", choices: ["http", "https"] },
      { name: "sections", label: "Sections", kind: "choices", choices: ["labels", "comments"] },
      { name: "note", label: "Note", kind: "long_text" },
      { name: "quiet", label: "Say nothing meanwhile", kind: "boolean" } ] });
  } else if (words === "checkpoint") {
    speak("Please look at the criteria.");
    call("checkpoint", { reason: "The importer keeps labels now. May it be closed?" });
  } else if (words === "fail") {
    speak("I try it.\\n");
    await new Promise((resolve) => process.stdout.write("", resolve));
    process.exit(3);
  } else {
    speak("You said: " + words.trim().split("\\n").at(-1));
  }
  return "end_turn";
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") say({ id, result: { protocolVersion: 1, agentCapabilities: { loadSession: true } } });
  else if (method === "session/new") say({ id, result: { sessionId: "talk" } });
  else if (method === "session/load") say({ id, result: {} });
  else if (method === "session/cancel") interrupt?.();
  else if (method === "session/prompt") {
    const words = params.prompt.map((part) => part.text ?? "").join("\\n");
    void turn(words).then((stopReason) => say({ id, result: { stopReason } }));
  }
}
`;
