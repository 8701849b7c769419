import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { makeDemo, startRun } from "../harness/demo.mjs";
import { Desktop } from "../harness/desktop.mjs";
import { succeed } from "../harness/processes.mjs";

test("from the first start to a merged branch", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  const { peers } = desktop;
  const page = await desktop.start();
  let issue;
  let project;
  let repository;

  await t.test("the first start opens a window on the welcome", async () => {
    await peers.windowShown("Waybill", true);
    await page.sees("Welcome to Waybill", "the welcome, which is all that a new user knows");
    const [window] = (await peers.do("windows")).filter(({ title }) => title === "Waybill");
    assert.deepEqual([window.width, window.height], [1280, 800], "the window has its first size");
    await page.shoot("01-welcome");
  });

  await t.test("the demo project is made by one click", async () => {
    issue = await makeDemo(page);
    [project] = await page.call("project_list");
    repository = project.root_path;
    await page.sees("Heavy parcels cost as little as light ones");
    await page.shoot("02-issue");
  });

  await t.test("a run is started, and the tray and a notification tell of it", async () => {
    await startRun(page, "Demo tool");
    await peers.tray(
      ({ entries }) => entries.includes("Heavy parcels cost as little as light ones (running)"),
      "the tray to name the run",
    );
    const told = await peers.next("notification", () => true, "a native notification");
    assert.equal(told.summary, "Run 1 completed", "the notification says what happened");
    assert.match(told.body, /^#1 Heavy parcels .*: 2 files changed, ready for review\.$/, "and to what");
    await page.at(issue);
    await peers.do("click-notification", { notification: told.notification });
    await page.at(`/p/${project.slug}/runs/1`);
    await peers.tray(({ entries }) => entries[0] === "Needs you: 1", "the tray to say that one thing waits");
    await peers.tray(({ label }) => label === "1", "the number beside the icon");
  });

  await t.test("what the agent did can be read and reviewed", async () => {
    await page.sees("CHANGES.md");
    await page.sees("# Changes", "what is new in the first file");
    await page.sees("Merges cleanly into main");
    await page.shoot("03-diff");
    await page.click({ role: "tab", name: /^Output/ });
    await page.sees("This is the demo tool, a script and not an AI.");
    await page.sees("all tests of the sample project pass");
    await page.shoot("04-output");
  });

  await t.test("Merge brings the branch into the repository", async () => {
    const branch = (await page.call("run_get", { project: project.slug, number: 1 })).branch;
    const git = (...args) => succeed("git", ["-C", repository, ...args], { env: desktop.environment });
    const before = (await git("rev-parse", "main")).trim();
    await page.click({ role: "button", name: "Merge" });
    await page.sees(/was merged into main/);
    const merged = (await git("rev-parse", "main")).trim();
    assert.notEqual(merged, before, "main moved");
    assert.match(await git("log", "--oneline", "main", "--", "CHANGES.md"), /\w/, "the change is on main");
    const contained = await git("merge-base", "--is-ancestor", before, merged);
    assert.equal(contained, "", "nothing that was on main is lost");
    assert.match(await git("show", "main:postage.sh"), /1049/, "with what the agent wrote");
    assert.ok(branch.startsWith("waybill/1-heavy-parcels"), `the branch names its issue: ${branch}`);
    await peers.tray(({ entries }) => entries[0] === "Nothing needs you", "the tray to be at rest again");
    await page.shoot("05-merged");
  });

  await t.test("New issue in the tray opens a small window, which files and goes", async () => {
    await peers.do("click-tray", { entry: "New issue…" });
    await peers.windowShown("New issue", true);
    await peers.do("press", { title: "New issue", keys: [..."tray", "Return"] });
    await peers.windowShown("New issue", false);
    const { items } = await page.call("issue_list", { project: project.slug, query: "is:open" });
    assert.deepEqual(
      items.map(({ title }) => title),
      ["tray"],
      "what was typed is filed in the project that the window shows",
    );
  });

  await t.test("a shortcut does so from anywhere, and says when it cannot be had", async () => {
    const problem = () => page.shell("shortcut_problem");
    assert.equal(await problem(), null, "it works, and nothing is said");
    await peers.do("press", { title: "Waybill", keys: ["ctrl+Alt_L+n"] });
    await peers.windowShown("New issue", true);
    await peers.do("press", { title: "New issue", keys: ["Escape"] });
    await peers.windowShown("New issue", false);
    await page.call("settings_set", { settings: { new_issue_shortcut: "No+Such+Key" } });
    assert.match(await problem(), /choose another one/, "a refused shortcut is told");
    await page.call("settings_set", { settings: { new_issue_shortcut: null } });
    assert.equal(await problem(), null, "switched off");
  });

  await t.test("a key goes to the keychain and nowhere else", async () => {
    await page.click({ role: "link", name: "Settings" });
    await page.click({ role: "link", name: "API keys" });
    await page.click({ role: "button", name: /^Set Anthropic/ });
    await page.fill({ role: "textbox", name: /^Key/ }, "sk-ant-0123456789-never-on-disk");
    await page.click({ role: "button", name: "Save key" });
    await page.find({ role: "button", name: /^Replace Anthropic/ });
    await page.shoot("07-key");
    const { items } = await page.call("secret_list");
    const { name } = items.find(({ title }) => title.startsWith("Anthropic"));
    const found = await desktop.secret(name);
    assert.equal(found, "sk-ant-0123456789-never-on-disk", "the user's keychain holds it");
    for (const file of filesBelow(desktop.data)) {
      const holds = readFileSync(file).includes("sk-ant-0123456789");
      assert.ok(!holds, `the key must not be in ${file}`);
    }
  });

  await t.test("a second start hands its link over and shows the window", async () => {
    await peers.do("close-window", { title: "Waybill" });
    await peers.windowShown("Waybill", false);
    const link = `waybill://p/${project.slug}/issues/1`;
    const second = await desktop.startAgain(link);
    assert.equal(second.code, 0, `a second start is no error: ${second.stderr}`);
    await peers.windowShown("Waybill", true);
    await page.at(issue);
    await desktop.startAgain("waybill://p/x/issues/1/delete");
    await page.at(issue);
  });

  await t.test("closing leaves Waybill in the tray; quitting leaves no process", async () => {
    await peers.do("close-window", { title: "Waybill" });
    await peers.windowShown("Waybill", false);
    assert.notEqual(desktop.processes().length, 0, "Waybill goes on without its window");
    await peers.do("click-tray", { entry: "Show Waybill" });
    await peers.windowShown("Waybill", true);
    await peers.do("click-tray", { entry: "Quit Waybill" });
    await desktop.allEnded();
    assert.deepEqual(desktop.processes(), [], "nothing is left running");
  });
});

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
