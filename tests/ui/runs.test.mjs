// Runs: what a person loses when starting, watching, reviewing or merging an agent's work fails.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { axeViolations, becomes, gone, openWorld, seen } from "./harness.mjs";

const exec = promisify(execFile);

/** How long a run of these scripts may take, on a machine that is busy with others. */
const RUN_MS = 30_000;

/** Agents without intelligence: shell scripts in the repository, added as custom tools. */
const scripts = {
  // Says much, then goes on working until it is stopped.
  chatty: "seq -f 'line %g of the agent' 1 5000\nexec sleep 600\n",
  broken: "echo 'I could not find the parser'\nexit 3\n",
  // Changes a file in each way there is, one of them with 200,000 lines.
  busy: `
seq -f 'row %g' 1 200000 > huge.txt
printf '# Importer\\n\\nIt keeps labels.\\n' > README.md
git mv LICENSE COPYING
head -c 3000 /dev/urandom > logo.bin
mkdir -p src && printf 'fn main() {}\\n' > src/main.rs
`,
  // Tries what a sandbox is there to stop.
  naughty: "echo echo >> .git/hooks/post-commit\necho hello > HELLO.md\nsetsid sleep 600 &\n",
};

describe("runs", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({ issues: [{ title: "Importer drops labels" }] });
    await mkdir(join(world.repository, "tools"));
    for (const [name, script] of Object.entries(scripts)) {
      await writeFile(join(world.repository, "tools", `${name}.sh`), script);
      await world.call("tool_add", { name, command: `sh tools/${name}.sh {prompt}` });
    }
    await writeFile(join(world.repository, "LICENSE"), "Some words that stay the same\n".repeat(20));
    await git("add", ".");
    await git("commit", "--quiet", "--message", "Add tools");
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  const git = (...args) => exec("git", ["-C", world.repository, ...args]);
  const start = (tool, more = {}) => world.call("run_start", { project: world.slug, tool, ...more });
  const tab = (name) => page.getByRole("tab", { name, selected: true });
  const status = (word) => page.locator("main > header").getByText(word, { exact: true });

  /** Opens a run's page. */
  async function openRun(number, search = "", options = {}) {
    page = await world.open(`/p/${world.slug}/runs/${number}${search}`, options);
    await seen(page.getByRole("heading", { name: new RegExp(`^Run ${number} ·`) }));
  }

  /** Opens a run's page and waits until the run has ended so. */
  async function openEnded(number, word, search = "", options = {}) {
    await openRun(number, search, options);
    await status(word).waitFor({ timeout: RUN_MS });
  }

  /** Selects from the third line of the output to one that is several screens further down. */
  async function selectOverScreens(output) {
    const box = await output.boundingBox();
    assert.ok(box, "the output is on screen");
    await page.mouse.move(box.x + 20, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 90);
    await page.mouse.wheel(0, 4_000);
    await seen(output.getByText("line 210 of the agent", { exact: true }));
    await page.mouse.move(box.x + 200, box.y + 300);
    await page.mouse.up();
  }

  test("an empty list teaches, and a run from a prompt leads to its diff", async () => {
    page = await world.open(`/p/${world.slug}/runs`);
    await seen(page.getByRole("heading", { name: "No runs yet" }));
    assert.deepEqual(await axeViolations(page), [], "the empty list must be usable by everybody");
    await page.keyboard.press("Shift+N");
    const dialog = await seen(page.getByRole("dialog", { name: "New run" }));
    await becomes(page, () => document.activeElement?.tagName, "TEXTAREA", "one can type at once");
    await page.keyboard.press("Control+Enter");
    await seen(dialog.getByText("Say what the agent is to do."));
    await page.keyboard.type("Say hello to the reader");
    await dialog.getByRole("button", { name: /^Agent tool:/ }).click();
    await page.getByRole("menuitemcheckbox", { name: /demo/i }).click();
    assert.deepEqual(await axeViolations(page), [], "so must the dialog");
    await dialog.getByRole("textbox", { name: "Prompt" }).focus();
    await page.keyboard.press("Control+Enter");
    await gone(dialog);
    await seen(page.getByRole("heading", { name: /Say hello to the reader/ }));
    await status("Completed").waitFor({ timeout: RUN_MS });
    await seen(tab(/^Diff/));
    await seen(page.getByText("Say hello to the reader").first());
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });

  test("the work on an issue is reviewed and merged, and leads back to the issue", async () => {
    const { number } = await start("demo", { issue: 1 });
    await openEnded(number, "Completed");
    await seen(tab(/^Diff/));
    await seen(page.getByText(/^Merges cleanly into/));
    await page.getByRole("button", { name: "Ways to merge" }).click();
    await seen(page.getByRole("menuitem", { name: /Squash and merge/ }));
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+M");
    await seen(page.getByText(`Run ${number} was merged into main`));
    await seen(page.getByText(/^Merged into/));
    const { stdout } = await git("show", "main:CHANGES.md");
    assert.match(stdout, /Importer drops labels/, "the change must be on main");
    await gone(page.getByRole("button", { name: "Merge", exact: true }));
    await page.getByRole("button", { name: "Open issue" }).click();
    await seen(page.getByRole("heading", { name: "Importer drops labels" }));
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });

  test("live output follows its end, stays where one reads, and a run is paused, resumed and cancelled by keys", async () => {
    const { number } = await start("chatty", { prompt: "Talk" });
    await openRun(number);
    const output = page.getByRole("log", { name: "Output of the run" });
    await output.getByText("line 5000 of the agent").waitFor({ timeout: RUN_MS });
    assert.deepEqual(await axeViolations(page), [], "a running run must be usable by everybody");
    await output.hover();
    await page.mouse.wheel(0, -3_000);
    const jump = await seen(page.getByRole("button", { name: /Jump to end/ }));
    await gone(output.getByText("line 5000 of the agent"));
    await jump.click();
    await seen(output.getByText("line 5000 of the agent"));
    await output.focus();
    await page.keyboard.press("Home");
    await seen(output.getByText("line 1 of the agent", { exact: true }));
    const rows = await output.locator("[data-index]").count();
    assert.ok(rows < 200, `only what is seen is drawn, not ${rows} rows`);
    await selectOverScreens(output);
    await page.keyboard.press("Control+C");
    const copied =
      (await page.evaluate(() => navigator.clipboard.readText())).match(/line \d+ of the agent/g) ?? [];
    const first = Number(copied[0]?.match(/\d+/)?.[0]);
    assert.ok(
      copied.length > 100,
      `a selection over several screens is copied whole, not ${copied.length} lines`,
    );
    assert.deepEqual(
      copied.map((line) => Number(line.match(/\d+/)?.[0]) - first),
      copied.map((_, index) => index),
      "without a gap",
    );
    await page.keyboard.press("Shift+G");
    await seen(output.getByText("line 5000 of the agent"));

    await page.keyboard.press("Shift+P");
    await seen(status("Paused"));
    await page.keyboard.press("Shift+P");
    await seen(status("Running"));
    await page.keyboard.press("Shift+C");
    await page.getByRole("button", { name: "Cancel the run" }).click();
    await seen(status("Cancelled"));
    await seen(page.getByRole("status").filter({ hasText: `Run ${number}: Cancelled` }));
    await seen(page.getByRole("button", { name: "Retry" }));
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });

  test("a failed run says what happened and what to do, and is found by its filter", async () => {
    const { number } = await start("broken", { prompt: "Break" });
    await openEnded(number, "Failed");
    const notice = await seen(page.getByRole("alert").filter({ hasText: "exit code 3" }));
    await seen(notice.getByText(/retry/));
    await notice.getByRole("button", { name: "Copy details" }).click();
    await seen(page.getByText("Details copied"));
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /code: crash/, "a report needs the code");
    assert.deepEqual(await axeViolations(page), [], "a failed run must be usable by everybody");
    await page.getByRole("link", { name: "Runs", exact: true }).first().click();
    await page
      .getByRole("navigation", { name: "Runs to show" })
      .getByRole("link", { name: "Failed" })
      .click();
    await becomes(
      page,
      () => document.querySelectorAll("[role=row]").length,
      1,
      "only failed runs are listed",
    );
    assert.match(page.url(), /status=failed/, "the filter is in the address");
    await page.getByRole("row").first().click();
    await seen(page.getByRole("heading", { name: new RegExp(`^Run ${number} ·`) }));
  });

  test("a large change is reviewed file by file, with keys", async () => {
    const { number } = await start("busy", { prompt: "Change much" });
    await openEnded(number, "Completed");
    const current = () => document.querySelector("nav [aria-current=true]")?.getAttribute("title");
    await becomes(page, current, "LICENSE → COPYING", "the first file is open");
    await seen(page.getByText("Renamed without changes to its content."));
    await page.keyboard.press("n");
    await becomes(page, current, "README.md", "n goes to the next file");
    await seen(page.getByText("It keeps labels."));
    await page.keyboard.press("v");
    await becomes(page, current, "huge.txt", "a viewed file gives way to the next");
    const sheet = page.getByRole("region", { name: "Changes of huge.txt" });
    await seen(sheet.getByText("row 1", { exact: true }));
    await sheet.focus();
    await page.keyboard.press("End");
    await seen(sheet.getByText("row 200000", { exact: true }));
    const lines = await sheet.locator("[data-index]").count();
    assert.ok(lines < 200, `only what is seen is drawn, not ${lines} lines`);
    await page.keyboard.press("n");
    await seen(page.getByText("A binary file: its content is not shown."));
    await page.keyboard.press("p");
    await becomes(page, current, "huge.txt", "p goes back");
    await page.reload();
    await becomes(page, current, "huge.txt", "the address keeps the file");
    await seen(page.getByText("1 of 5 viewed"));
    await page.keyboard.press("p");
    await seen(page.getByText("It keeps labels."));
    await page.keyboard.press("u");
    await seen(page.getByRole("button", { name: "Show unified" }));
    await seen(page.getByText("It keeps labels."));
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
    assert.deepEqual(await axeViolations(page), [], "a diff must be usable by everybody");
  });

  test("conflicts and a dirty base are said before one merges", async () => {
    const { number } = await start("busy", { prompt: "Change again" });
    await openEnded(number, "Completed");
    await seen(page.getByText(/^Merges cleanly into/));
    await writeFile(join(world.repository, "notes.txt"), "mine");
    await git("add", "notes.txt");
    await page.reload();
    await seen(page.getByText(/uncommitted changes/));
    await git("rm", "--cached", "--quiet", "notes.txt");
    await writeFile(join(world.repository, "README.md"), "# Another title\n");
    await git("commit", "--quiet", "--all", "--message", "Rename");
    await page.reload();
    await seen(page.getByText(/^Conflicts with/));
    await page.getByRole("button", { name: "1 file" }).click();
    await seen(page.getByRole("dialog", { name: "Files with conflicts" }).getByText("README.md"));
  });

  test("what the sandbox held back is said, and discarding says what goes", async () => {
    const { number } = await start("naughty", { prompt: "Try" });
    await openEnded(number, "Completed");
    const band = await seen(page.getByRole("paragraph").filter({ hasText: /^Held back by the sandbox:/ }));
    assert.match((await band.textContent()) ?? "", /1 process, 1 repository change/, "each kind is counted");
    await page.getByRole("button", { name: "Details" }).click();
    await seen(page.getByRole("dialog", { name: "What was held back" }).getByText(/hooks/));
    await page.keyboard.press("Escape");
    const { branch } = await world.call("run_get", { project: world.slug, number });
    await page.keyboard.press("Shift+D");
    const dialog = await seen(page.getByRole("dialog", { name: "Discard the branch?" }));
    await seen(dialog.getByText(branch, { exact: true }));
    await becomes(page, () => document.activeElement?.textContent, "Cancel", "the safe answer has the focus");
    await dialog.getByRole("button", { name: "Discard the branch" }).click();
    await seen(page.getByRole("heading", { name: "The branch was discarded" }));
    const { stdout } = await git("branch", "--list", branch);
    assert.equal(stdout, "", "the branch is gone");
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });

  test("instructions, usage and isolation are there to be read, in both themes and in a small window", async () => {
    const { number } = await start("demo", { prompt: "Mind the empty list" });
    await openEnded(number, "Completed", "", { theme: "dark", width: 900, height: 600 });
    assert.deepEqual(await axeViolations(page), [], "the diff in the dark");
    await page.keyboard.press("3");
    await seen(page.getByText(/Mind the empty list/));
    assert.deepEqual(await axeViolations(page), [], "the instructions");
    await page.keyboard.press("4");
    await seen(page.getByRole("columnheader", { name: "Tokens in" }));
    assert.deepEqual(await axeViolations(page), [], "the usage");
    await page.keyboard.press("1");
    await seen(page.getByRole("log"));
    assert.deepEqual(await axeViolations(page), [], "the output");
    await page.getByRole("button", { name: /^isolation:/ }).click();
    await seen(page.getByRole("heading", { name: "What holds in this sandbox" }));
    await page.keyboard.press("Escape");
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(sideways <= 0, "nothing is wider than the window");
    await page.goto(`${new URL(page.url()).origin}/p/${world.slug}/runs`);
    await seen(page.getByRole("row"));
    assert.deepEqual(await axeViolations(page), [], "the list");
    await becomes(page, () => document.activeElement?.getAttribute("role"), "grid", "keys work at once");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await seen(page.getByRole("heading", { name: new RegExp(`^Run ${number - 1} ·`) }));
    assert.deepEqual(page.complaints, [], "nothing may go wrong silently");
  });
});
