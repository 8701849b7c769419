#!/usr/bin/env node
// An agent tool of one's own, for the tests: reads the file that names the servers as most tools do, with variables in
// `${…}`, lists the tools of the first one, calls `issue` and prints its answer: mcp_client.mjs --config FILE
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const file = process.argv[3];
if (file !== process.env.WAYBILL_MCP_CONFIG) throw new Error(`${file} is not WAYBILL_MCP_CONFIG`);
const [server] = Object.values(JSON.parse(readFileSync(file, "utf8")).mcpServers);
const filled = Object.entries(server.env).map(([name, value]) => [
  name,
  value.replace(/\$\{(\w+)\}/g, (_, variable) => process.env[variable]),
]);
const env = { ...process.env, ...Object.fromEntries(filled) };
const client = new Client({ name: "mine", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command: server.command, args: server.args, env }));
const { tools } = await client.listTools();
const answer = await client.callTool({ name: tools[0].name, arguments: { number: 42 } });
console.log(answer.content[0].text);
await client.close();
