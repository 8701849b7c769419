// An agent that prints 10,000 lines a second into an open session: what a person loses when the window sticks, swallows
// memory or a line.
//
// 100 ms is the budget of a frame, 150 MB that of memory. Frames are judged by the processor time of the page's main thread,
// which is the same whatever else the machine does, and on a machine at rest by the clock as well. `SECONDS=30` is the whole;
// FIGURES=FILE keeps what was measured.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { openWorld, seen } from "./harness.mjs";
import { rested } from "./talker.mjs";
import { atRest, traced } from "./traced.mjs";

const run = promisify(execFile);

const SECONDS = Number(process.env.SECONDS ?? 3);
const PER_SECOND = 10_000;
const LINES = SECONDS * PER_SECOND;
const FRAME_MS = 100;
const MEMORY_MB = 150;
/** More rows than a screen and its margins hold. */
const MOST_ROWS = 200;

/** Prints so many lines a second by the clock, in small writes as a busy build does. */
const flood = `
const lines = ${LINES};
const began = performance.now();
let printed = 0;
function print() {
  const due = Math.min(lines, Math.round(((performance.now() - began) / 1_000) * ${PER_SECOND}));
  let text = "";
  for (; printed < due; printed += 1) text += "line " + printed + ": \\u001b[32mCompiling\\u001b[0m crate-" + (printed % 97) + " v0.1.0 (/workspace)\\n";
  process.stdout.write(text);
  if (printed < lines) setTimeout(print, 5);
}
print();
`;

describe(`a session whose agent prints ${LINES.toLocaleString("en-US")} lines, ${PER_SECOND.toLocaleString("en-US")} a second`, () => {
  let world;
  let page;
  let number;

  before(async () => {
    world = await openWorld();
    await mkdir(join(world.repository, "tools"));
    await writeFile(join(world.repository, "tools", "flood.mjs"), flood);
    const git = (...args) => run("git", ["-C", world.repository, ...args]);
    await git("add", ".");
    await git("commit", "--quiet", "--message", "Add an agent");
    const command = `${process.execPath} tools/flood.mjs`;
    await world.call("tool_add", { name: "flood", command, prompt: "stdin" });
    number = (
      await world.call("session_start", {
        project: world.slug,
        tool: "flood",
        title: "A flood",
        draft: true,
      })
    ).number;
    page = await world.open(`/p/${world.slug}/sessions/${number}`);
    page.setDefaultTimeout(60_000);
    await seen(page.getByRole("textbox", { name: "Message" }));
  });
  after(() => world?.close());

  /** Lets the agent pour once, looks from tab to tab meanwhile, and answers with the frames and the memory. */
  async function pour() {
    const before = await memory(world);
    const peak = { ...before };
    await page.evaluate(watchFrames);
    await world.call("session_send", { project: world.slug, number, text: "Pour" });
    let working = true;
    const end = rested(world, number).then((session) => {
      working = false;
      assert.equal(session.error, null);
    });
    for (let look = 0; working; look += 1) {
      await page.getByRole("tab", { name: look % 2 === 0 ? "Terminal" : "Conversation" }).click();
      await page.evaluate(someFrames);
      const now = await memory(world);
      for (const of of ["server", "page"]) peak[of] = Math.max(peak[of], now[of]);
    }
    await end;
    const frames = await page.evaluate("window.stopFrames()");
    return { ...frames, server_mb: peak.server - before.server, page_mb: peak.page - before.page };
  }

  async function tell(t, figures) {
    t.diagnostic(JSON.stringify(figures));
    if (process.env.FIGURES) await appendFile(process.env.FIGURES, `${JSON.stringify(figures)}\n`);
  }

  // Before anything is traced: what the browser traces it keeps in the memory of the page.
  test("grows by no more than 150 MB", async (t) => {
    const { server_mb, page_mb } = await pour();
    await tell(t, { lines: LINES, server_mb, page_mb });
    assert.ok(server_mb + page_mb <= MEMORY_MB, `the server grew by ${server_mb} MB, the page by ${page_mb}`);
  });

  test("has no frame over 100 ms while it pours", async (t) => {
    const { answer, longest } = await traced(world.browser, pour);
    const { times, rows } = answer;
    const late = times.filter((time) => time > FRAME_MS).length;
    const longest_frame_ms = Math.max(...times);
    await tell(t, {
      lines: LINES,
      frames: times.length,
      late,
      longest_frame_ms,
      longest_task_ms: longest,
      rows,
    });
    assert.ok(rows > 0 && rows < MOST_ROWS, `only what is seen is drawn, not ${rows} rows`);
    assert.ok(longest <= FRAME_MS, `the window must never stick: a task took ${longest} ms`);
    if (atRest()) assert.equal(late, 0, "no frame comes late");
  });

  test("keeps every line, in order, on disk", async () => {
    const { run } = await world.call("session_get", { project: world.slug, number });
    let printed = 0;
    for (let from = 0, end = 1; from < end; ) {
      const output = await world.call("run_output", { project: world.slug, number: run, from, limit: 2_000 });
      end = output.end;
      for (const { seq, event } of output.items) {
        assert.equal(seq, from, "events are numbered without a gap");
        from += 1;
        if (event.type !== "text") continue;
        const line = `line ${printed % LINES}: `;
        assert.ok(event.text.startsWith(line), `${line} is missing: ${event.text}`);
        printed += 1;
      }
    }
    assert.equal(printed, 2 * LINES, "nothing that was printed is lost");
  });
});

/** What the server and the page hold in memory, in MB: of the processes, as the system counts it. */
async function memory(world) {
  const session = await world.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === "renderer");
  const sizes = await Promise.all(pages.map(({ id }) => resident(id)));
  return { server: await resident(world.pid), page: sizes.reduce((sum, size) => sum + size, 0) };
}

async function resident(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}

/** Runs in the page: ends when it has drawn some frames more. */
function someFrames() {
  return new Promise((resolve) => {
    let left = 60;
    const next = () => (left-- > 0 ? requestAnimationFrame(next) : resolve());
    next();
  });
}

/** Runs in the page: times the frames and counts the rows that are drawn, until `stopFrames` is called. */
function watchFrames() {
  const times = [];
  let last = performance.now();
  let rows = 0;
  let going = true;
  const frame = (now) => {
    times.push(Math.round(now - last));
    last = now;
    rows = Math.max(rows, document.querySelectorAll("[data-output] [data-index]").length);
    if (going) requestAnimationFrame(frame);
  };
  requestAnimationFrame((now) => {
    last = now;
    requestAnimationFrame(frame);
  });
  window.stopFrames = () => {
    going = false;
    return { times, rows };
  };
}
