#!/usr/bin/env node
// An agent of the Agent Client Protocol for the tests, made with its official SDK, which refuses what is not in the
// protocol's own schema: acp_agent.mjs LOG
// It notes in LOG, a JSON line each, what it was asked. A session is a file in its home: a later process goes on with it.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { agent, methods, ndJsonStream, RequestError } from "@agentclientprotocol/sdk";

const [log] = process.argv.slice(2);
const note = (line) => appendFileSync(log, `${JSON.stringify(line)}\n`);
const place = (id) => join(homedir(), `session-${id}.json`);
const cancelled = new Map();

/** Tells what happens in a session. */
const tell = (client, sessionId, update) =>
  client.notify(methods.client.session.update, { sessionId, update });
const say = (client, id, text) =>
  tell(client, id, { sessionUpdate: "agent_message_chunk", content: { type: "text", text } });

/** Writes a file, once it may. */
async function work(client, id, cwd) {
  const path = join(cwd, "greeting.txt");
  const content = [{ type: "diff", path, oldText: null, newText: "hello\n" }];
  const toolCall = { toolCallId: "call-1", title: "Write greeting.txt", kind: "edit", rawInput: { path } };
  await tell(client, id, { sessionUpdate: "tool_call", status: "pending", ...toolCall });
  const options = [
    { optionId: "no", name: "Reject", kind: "reject_once" },
    { optionId: "yes", name: "Allow", kind: "allow_once" },
  ];
  const answer = await client.request(methods.client.session.requestPermission, {
    sessionId: id,
    toolCall,
    options,
  });
  note({ permission: answer.outcome });
  writeFileSync(path, "hello\n");
  const status = "completed";
  await tell(client, id, { sessionUpdate: "tool_call_update", toolCallId: "call-1", status, content });
}

const session = methods.agent.session;
agent({ name: "tests" })
  .onRequest(methods.agent.initialize, ({ params }) => {
    note({ initialize: params });
    return { protocolVersion: 1, agentCapabilities: { loadSession: true } };
  })
  .onRequest(session.new, ({ params }) => {
    const sessionId = "session-of-the-tests";
    note({ new: params });
    writeFileSync(place(sessionId), JSON.stringify({ cwd: params.cwd, said: [] }));
    return { sessionId };
  })
  .onRequest(session.load, async ({ params, client }) => {
    note({ load: params });
    let said;
    try {
      said = JSON.parse(readFileSync(place(params.sessionId), "utf8")).said;
    } catch {
      throw RequestError.resourceNotFound(params.sessionId);
    }
    for (const text of said) {
      const content = { type: "text", text };
      await tell(client, params.sessionId, { sessionUpdate: "user_message_chunk", content });
      await say(client, params.sessionId, "This was said before.");
    }
    return {};
  })
  .onNotification(session.cancel, ({ params }) => cancelled.get(params.sessionId)?.())
  .onRequest(session.prompt, async ({ params, client }) => {
    const id = params.sessionId;
    const kept = JSON.parse(readFileSync(place(id), "utf8"));
    kept.said.push(params.prompt[0].text);
    writeFileSync(place(id), JSON.stringify(kept));
    note({ prompt: params, said: kept.said });
    if (params.prompt[0].text.includes("for ever")) {
      await say(client, id, "I begin.\n");
      await new Promise((resolve) => cancelled.set(id, resolve));
      return { stopReason: "cancelled" };
    }
    if (params.prompt[0].text.includes("login")) throw RequestError.authRequired();
    await say(client, id, "I will ");
    await say(client, id, "write it.");
    await work(client, id, kept.cwd);
    await say(client, id, "It is written.");
    return { stopReason: "end_turn" };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
