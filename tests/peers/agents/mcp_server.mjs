#!/usr/bin/env node
// A server of the Model Context Protocol for the tests, made with its official SDK: mcp_server.mjs LOG [WORD…]
// It has one tool, and notes in LOG, a JSON line each: how it was started, each list and each call.
import { appendFileSync } from "node:fs";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const [log, ...words] = process.argv.slice(2);
const note = (line) => appendFileSync(log, `${JSON.stringify(line)}\n`);
note({ started: words, token: process.env.WAYBILL_TOKEN ?? null });

const server = new Server({ name: "tests", version: "1.0.0" }, { capabilities: { tools: {} } });
const issue = {
  name: "issue",
  description: "Reads an issue by its number.",
  inputSchema: { type: "object", properties: { number: { type: "integer" } }, required: ["number"] },
};
server.setRequestHandler(ListToolsRequestSchema, () => {
  note({ listed: true });
  return { tools: [issue] };
});
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  note({ called: params.name, input: params.arguments });
  return { content: [{ type: "text", text: `#${params.arguments.number} Parcels are lost` }] };
});
await server.connect(new StdioServerTransport());
