// A world for a test: the built UI against the real backend, on data of its own that vanish with it.
//
// `WAYBILL_BIN`, `WAYBILL_UI` (the folder of the built interface) and `CHROMIUM` say where those are when they are not
// at their usual places.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const waybill = process.env.WAYBILL_BIN ?? join(root, "target/debug/waybill");
const ui = process.env.WAYBILL_UI ?? join(root, "ui/dist");
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** How long a test waits for what should show within a few frames. */
const PATIENCE_MS = 10_000;

/**
 * Starts Waybill and a browser. `issues` are filed first, in their order; `project: false` starts with nothing at all.
 * Call `close()` when done.
 */
export async function openWorld({ issues = [], project = true } = {}) {
  const place = await mkdtemp(join(tmpdir(), "waybill-ui-"));
  const closing = [() => rm(place, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => {
    for (const each of closing.reverse()) await each();
  };
  try {
    const repository = await makeRepository(join(place, "importer"));
    const server = await serve(join(place, "home"), join(place, "tool-home"));
    closing.push(server.stop);
    const call = caller(server);
    const slug = project ? (await call("project_add", { path: repository })).slug : null;
    for (const issue of issues) await call("issue_create", { project: slug, body: "", labels: [], ...issue });
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
    closing.push(() => browser.close());
    const world = {
      place,
      repository,
      slug,
      call,
      browser,
      home: join(place, "home"),
      pid: server.pid,
      close,
    };
    return { ...world, open: (path, options) => openPage(browser, server, path, options), stop: server.stop };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A repository with one commit on `main`. */
async function makeRepository(path) {
  const git = (...args) => run("git", ["-C", path, ...args]);
  await run("git", ["init", "--quiet", "--initial-branch=main", path]);
  await writeFile(join(path, "README.md"), "# Importer\n");
  await git("config", "user.name", "Test");
  await git("config", "user.email", "test@example.invalid");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "Begin");
  return path;
}

/** `waybill serve` on a free port; ready when it has said where it listens. */
async function serve(home, toolHome) {
  const child = spawn(waybill, ["serve", "--port", "0", "--ui", ui], {
    env: { PATH: process.env.PATH, WAYBILL_HOME: home, HOME: toolHome },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that is broken off must not leave a server behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const said = [];
  const exited = once(child, "exit");
  const address = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        said.push(line);
        const found = /(http:\/\/[^\s/#]+)\S*#token=([^\s"&]+)/.exec(line);
        if (found) resolve({ origin: found[1], token: found[2] });
      });
    }
    child.on("error", reject);
    exited.then(([code]) => reject(new Error(`waybill serve ended with ${code}:\n${said.join("\n")}`)));
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
    process.off("exit", kill);
  };
  return { ...(await address), pid: child.pid, stop };
}

/** Calls a command as another program would; throws what Waybill refuses. */
function caller({ origin, token }) {
  return async (name, args = {}) => {
    const response = await fetch(`${origin}/api/v1/call/${name}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(args),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${name}: ${answer.code}: ${answer.message}`);
    return answer;
  };
}

/** A page of its own; whatever it logs as an error fails the test through `page.complaints`. */
async function openPage(browser, { origin, token }, path, options = {}) {
  const { theme = "light", width = 1280, height = 800 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(message.text());
  });
  await page.goto(`${origin}${path}#token=${token}`);
  return page;
}

/** Waits until it shows. */
export async function seen(locator) {
  await locator.first().waitFor({ state: "visible" });
  return locator.first();
}

/** Waits until it is gone. */
export async function gone(locator) {
  await locator.first().waitFor({ state: "hidden" });
}

/** Waits until what `read` finds in the page is `expected`: looks again whenever the page changes. */
export async function becomes(page, read, expected, why) {
  const wanted = JSON.stringify(expected);
  // An expression, not a closure, for the page's security policy allows no evaluation of text within it.
  const found = await page.evaluate(`new Promise((resolve) => {
    const look = () => JSON.stringify((${read})());
    const end = () => { observer.disconnect(); clearTimeout(timer); resolve(look()); };
    const check = () => { if (look() === ${JSON.stringify(wanted)}) end(); };
    const observer = new MutationObserver(check);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const timer = setTimeout(end, ${PATIENCE_MS});
    check();
  })`);
  assert.deepEqual(found === undefined ? undefined : JSON.parse(found), expected, why);
}

/** Every rule of axe-core that the page breaks, in words. */
export async function axeViolations(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}
