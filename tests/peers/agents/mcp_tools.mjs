#!/usr/bin/env node
// An MCP client that is not ours, where the Python SDK is not installed: the TypeScript SDK, which lists the tools of a
// server and calls those it is asked to. It is asked and answers as tests/peers/mcp/client.py; it speaks one generation
// of the protocol alone, the one that begins with `initialize`.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

function transport(asked) {
  if (asked.transport === "http") {
    const headers = asked.token ? { Authorization: `Bearer ${asked.token}` } : {};
    return new StreamableHTTPClientTransport(new URL(asked.url), { requestInit: { headers } });
  }
  const [command, ...args] = asked.command;
  const token = asked.token ? { WAYBILL_TOKEN: asked.token } : {};
  return new StdioClientTransport({ command, args, env: { ...process.env, ...token } });
}

async function call(client, [name, args]) {
  try {
    const result = await client.callTool({ name, arguments: args });
    return {
      error: Boolean(result.isError),
      answer: result.isError ? result.content[0].text : result.structuredContent,
    };
  } catch (refused) {
    return { error: true, answer: String(refused) };
  }
}

let words = "";
for await (const part of process.stdin) words += part;
const asked = JSON.parse(words);
const told = { results: [] };
const way = transport(asked);
const set = way.setProtocolVersion?.bind(way);
way.setProtocolVersion = (version) => {
  told.version = version;
  set?.(version);
};
const client = new Client({ name: "tests", version: "1.0.0" });
await client.connect(way);
told.tools = (await client.listTools()).tools.map((tool) => tool.name);
for (const wanted of asked.calls) told.results.push(await call(client, wanted));
console.log(JSON.stringify(told));
await client.close();
