// The vendors' own clients judge the scripted model: what they cannot read, no agent should be tested against.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const folder = mkdtempSync(join(tmpdir(), "scripted-model-"));
const script = {
  scenarios: {
    work: {
      turns: [
        [
          { thinking: "A file is needed." },
          { text: "I write it." },
          { shell: "touch a" },
          { write: { path: "b.txt", content: "one\ntwo\n" } },
        ],
        [{ text: "Written." }],
      ],
    },
    busy: { fail: "529", times: 2, turns: [[{ text: "At last." }]] },
    mcp: { turns: [[{ tool: { name: "__issue$", input: { number: 42 } } }]] },
  },
};
let server;
let port;
let closed;

before(async () => {
  writeFileSync(join(folder, "script.json"), JSON.stringify(script));
  const args = [
    join(import.meta.dirname, "..", "model_server.py"),
    "--script",
    join(folder, "script.json"),
    "--record",
    join(folder, "requests"),
  ];
  server = spawn("python3", args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  port = Number((await lines.next()).value.split(" ")[1]);
  closed = Number((await lines.next()).value.split(" ")[1]);
});

after(async () => {
  server.stdin.end();
  const [code] = await once(server, "exit");
  rmSync(folder, { recursive: true });
  assert.equal(code, 0, "the server ends by itself when whoever started it is gone");
});

const url = (scenario, run = "sdk") => `http://127.0.0.1:${port}/s/${scenario}/${run}`;
const anthropic = (scenario, more = {}) =>
  new Anthropic({ baseURL: url(scenario), apiKey: "k", maxRetries: 0, ...more });
const openai = (scenario, more = {}) =>
  new OpenAI({ baseURL: `${url(scenario)}/v1`, apiKey: "k", maxRetries: 0, ...more });

const bash = { type: "object", properties: { command: { type: "string" }, description: { type: "string" } } };
const write = { type: "object", properties: { file_path: { type: "string" }, content: { type: "string" } } };
const messageTools = [
  { name: "Bash", input_schema: bash },
  { name: "Write", input_schema: write },
];
const ask = {
  model: "scripted",
  max_tokens: 1000,
  messages: [{ role: "user", content: "Go." }],
  tools: messageTools,
};

test("messages: a stream holds thinking, text, tool calls and usage, and the next turn follows", async () => {
  const texts = [];
  const stream = anthropic("work")
    .messages.stream(ask)
    .on("text", (text) => texts.push(text));
  const message = await stream.finalMessage();
  assert.deepEqual(
    message.content.map((block) => block.type),
    ["thinking", "text", "tool_use", "tool_use"],
  );
  assert.equal(texts.join(""), "I write it.");
  assert.deepEqual(message.content[2].input, { command: "touch a", description: "work on the task" });
  assert.deepEqual(message.content[3].input, { file_path: "b.txt", content: "one\ntwo\n" });
  assert.equal(message.stop_reason, "tool_use");
  assert.equal(message.usage.output_tokens, 42);
  const results = message.content
    .slice(2)
    .map((block) => ({ type: "tool_result", tool_use_id: block.id, content: "ok" }));
  const messages = [
    ...ask.messages,
    { role: "assistant", content: message.content },
    { role: "user", content: results },
  ];
  const next = await anthropic("work").messages.create({ ...ask, messages });
  assert.equal(next.content[0].text, "Written.", "the turn is read from the conversation alone");
  assert.equal(next.stop_reason, "end_turn");
});

test("messages: each failure is the error class that the vendor documents", async () => {
  const { AuthenticationError, PermissionDeniedError, RateLimitError, InternalServerError, BadRequestError } =
    Anthropic;
  const classes = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    429: RateLimitError,
    500: InternalServerError,
    529: InternalServerError,
    context: BadRequestError,
  };
  for (const [scenario, kind] of Object.entries(classes)) {
    await assert.rejects(
      anthropic(scenario).messages.create(ask),
      (error) => error instanceof kind,
      scenario,
    );
  }
  await assert.rejects(
    anthropic("hang", { timeout: 200 }).messages.create(ask),
    Anthropic.APIConnectionTimeoutError,
  );
  await assert.rejects(anthropic("badsse").messages.stream(ask).finalMessage());
  const nowhere = new Anthropic({ baseURL: `http://127.0.0.1:${closed}`, apiKey: "k", maxRetries: 0 });
  await assert.rejects(nowhere.messages.create(ask), Anthropic.APIConnectionError);
});

test("a provider that is busy twice is asked a third time", async () => {
  const message = await anthropic("busy", { maxRetries: 3 }).messages.create(ask);
  assert.equal(message.content[0].text, "At last.");
});

test("a tool is chosen by its name's pattern, and one that was not offered is said to be missing", async () => {
  const tools = [...messageTools, { name: "mcp__w__issue", input_schema: { type: "object" } }];
  const found = await anthropic("mcp").messages.create({ ...ask, tools });
  assert.deepEqual([found.content[0].name, found.content[0].input], ["mcp__w__issue", { number: 42 }]);
  const missing = await anthropic("mcp").messages.create(ask);
  assert.match(missing.content[0].text, /None of the offered tools/);
});

const functionTools = [
  {
    type: "function",
    name: "exec_command",
    strict: false,
    parameters: { type: "object", properties: { cmd: { type: "string" } } },
  },
];

test("responses: a stream holds reasoning, text, calls and usage, and the next turn follows", async () => {
  const client = openai("work");
  const input = [{ role: "user", content: "Go." }];
  const texts = [];
  const stream = client.responses.stream({ model: "scripted", input, tools: functionTools });
  stream.on("response.output_text.delta", (event) => texts.push(event.delta));
  const response = await stream.finalResponse();
  assert.deepEqual(
    response.output.map((item) => item.type),
    ["reasoning", "message", "function_call", "function_call"],
  );
  assert.equal(texts.join(""), "I write it.");
  assert.equal(response.output[1].content[0].text, "I write it.");
  assert.deepEqual(JSON.parse(response.output[2].arguments), { cmd: "touch a" });
  assert.match(JSON.parse(response.output[3].arguments).cmd, /\*\*\* Add File: b\.txt\n\+one\n\+two\n/);
  assert.equal(response.usage.output_tokens, 42);
  const calls = response.output.filter((item) => item.type === "function_call");
  const outputs = calls.map(({ call_id }) => ({ type: "function_call_output", call_id, output: "ok" }));
  // An agent may send each answer right after its call, or all of them at the end.
  const apart = [...input, ...response.output, ...outputs];
  const mixed = [...input, response.output[1], calls[0], outputs[0], calls[1], outputs[1]];
  for (const next of [apart, mixed]) {
    const answer = await client.responses.create({ model: "scripted", input: next, tools: functionTools });
    assert.equal(answer.output_text, "Written.");
  }
});

const chatTools = [
  { type: "function", function: { name: "bash", parameters: bash } },
  { type: "function", function: { name: "write", parameters: write } },
];

test("chat completions: a stream holds text, calls and usage, and the next turn follows", async () => {
  const client = openai("work");
  const messages = [{ role: "user", content: "Go." }];
  const stream = client.chat.completions.stream({
    model: "scripted",
    messages,
    tools: chatTools,
    stream_options: { include_usage: true },
  });
  const completion = await stream.finalChatCompletion();
  const [choice] = completion.choices;
  assert.equal(choice.message.content, "I write it.");
  assert.equal(choice.finish_reason, "tool_calls");
  assert.deepEqual(JSON.parse(choice.message.tool_calls[1].function.arguments), {
    file_path: "b.txt",
    content: "one\ntwo\n",
  });
  assert.equal(completion.usage.completion_tokens, 42);
  const results = choice.message.tool_calls.map(({ id }) => ({
    role: "tool",
    tool_call_id: id,
    content: "ok",
  }));
  const next = await client.chat.completions.create({
    model: "scripted",
    tools: chatTools,
    messages: [...messages, choice.message, ...results],
  });
  assert.equal(next.choices[0].message.content, "Written.");
});

test("responses and chat: each failure is the error class that the vendor documents", async () => {
  const { AuthenticationError, PermissionDeniedError, RateLimitError, InternalServerError, BadRequestError } =
    OpenAI;
  const classes = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    429: RateLimitError,
    500: InternalServerError,
    529: InternalServerError,
  };
  for (const [scenario, kind] of Object.entries(classes)) {
    const client = openai(scenario);
    await assert.rejects(
      client.responses.create({ model: "scripted", input: "Go.", tools: functionTools }),
      (error) => error instanceof kind,
      scenario,
    );
    await assert.rejects(
      client.chat.completions.create({ model: "scripted", messages: [], tools: chatTools }),
      (error) => error instanceof kind,
      scenario,
    );
  }
  const long = openai("context");
  await assert.rejects(
    long.chat.completions.create({ model: "scripted", messages: [], tools: chatTools }),
    BadRequestError,
  );
  const kinds = [];
  for await (const event of await long.responses.create({
    model: "scripted",
    input: "Go.",
    stream: true,
    tools: functionTools,
  })) {
    kinds.push(event.type, event.response?.error?.code);
  }
  assert.deepEqual(kinds, ["response.failed", "context_length_exceeded"]);
});

test("requests are recorded under the name of their run", async () => {
  await new Anthropic({
    baseURL: url("work", "kept"),
    apiKey: "shown-to-the-test",
    maxRetries: 0,
  }).messages.create(ask);
  const [file] = readdirSync(join(folder, "requests")).filter((name) => name.startsWith("kept-"));
  const request = JSON.parse(readFileSync(join(folder, "requests", file), "utf8"));
  assert.equal(request.body.messages[0].content, "Go.");
  assert.match(JSON.stringify(request.headers), /shown-to-the-test/);
});

test("a script with a mistake is refused with its place", async () => {
  writeFileSync(
    join(folder, "bad.json"),
    JSON.stringify({ scenarios: { mine: { turns: [[{ shout: "!" }]] } } }),
  );
  const child = spawn("python3", [
    join(import.meta.dirname, "..", "model_server.py"),
    "--script",
    join(folder, "bad.json"),
  ]);
  const chunks = [];
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 2);
  assert.match(Buffer.concat(chunks).toString(), /scenario 'mine': unknown step/);
});
