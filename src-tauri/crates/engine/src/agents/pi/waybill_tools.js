// Gives Pi the tools of Waybill's MCP server (the Model Context Protocol over standard input and output: one JSON-RPC
// message a line). The server's command is the JSON list in WAYBILL_MCP_COMMAND; it takes its token from the environment.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PROTOCOL = "2025-06-18";

/** The message in a line; what is none is passed over. */
function read(line) {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

/** Starts the server; `request` asks it and `close` ends it. */
function connect([program, ...args]) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map();
  let ended;
  let last = 0;
  const end = (why) => {
    ended ??= new Error(`Waybill's tools are gone: ${why}`);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  child.on("error", (error) => end(error.message));
  child.on("exit", (code) => end(`their server ended with code ${code}`));
  child.stdin.on("error", (error) => end(error.message));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = read(line);
    if (message.method === "ping") return send({ id: message.id, result: {} });
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.reject(new Error(message.error.message));
    else asked?.resolve(message.result);
  });
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const request = (method, params, signal) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const id = ++last;
      waiting.set(id, { resolve, reject });
      signal?.addEventListener("abort", () => {
        if (waiting.delete(id)) send({ method: "notifications/cancelled", params: { requestId: id } });
        reject(new Error("cancelled"));
      });
      send({ id, method, params });
    });
  return { request, notify: (method) => send({ method }), close: () => child.stdin.end() };
}

async function listed(server) {
  const tools = [];
  let cursor;
  do {
    const page = await server.request("tools/list", cursor ? { cursor } : {});
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor);
  return tools;
}

function register(pi, server, tool) {
  pi.registerTool({
    name: `waybill_${tool.name}`,
    label: tool.title ?? tool.name,
    description: tool.description ?? "",
    parameters: tool.inputSchema,
    async execute(_id, input, signal) {
      const result = await server.request("tools/call", { name: tool.name, arguments: input }, signal);
      const content = result.content.filter((part) => part.type === "text" || part.type === "image");
      if (result.isError) throw new Error(content.map((part) => part.text ?? "").join("\n"));
      return { content, details: {} };
    },
  });
}

export default function waybillTools(pi) {
  let server;
  pi.on("session_start", async () => {
    if (server) return;
    server = connect(JSON.parse(process.env.WAYBILL_MCP_COMMAND));
    const clientInfo = { name: "pi", version: "1" };
    await server.request("initialize", { protocolVersion: PROTOCOL, capabilities: {}, clientInfo });
    server.notify("notifications/initialized");
    for (const tool of await listed(server)) register(pi, server, tool);
  });
  pi.on("session_shutdown", () => server?.close());
}
