import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { makeDemo } from "../harness/demo.mjs";
import { Desktop } from "../harness/desktop.mjs";
import { succeed } from "../harness/processes.mjs";

test("a database from the future is refused with a sentence, and left alone", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  await desktop.start();
  await quit(desktop);
  const file = join(desktop.data, "waybill.db");
  const later = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA user_version = 9999')";
  await succeed("/usr/bin/python3", ["-c", later, file]);
  const before = readFileSync(file);
  const started = desktop.startAgain();
  await desktop.peers.windowShown("Waybill cannot start", true);
  await desktop.peers.do("press", { title: "Waybill cannot start", keys: ["Return"] });
  const { code, stderr } = await started;
  assert.equal(code, 1, "a script that starts it learns that it did not");
  assert.match(stderr, /newer/, "the reason is in the log as well");
  assert.deepEqual(readFileSync(file), before, "not a byte of the file is changed");
});

test("a data directory that cannot be used is told", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  writeFileSync(desktop.data, "a file where the directory should be");
  const started = desktop.startAgain();
  await desktop.peers.windowShown("Waybill cannot start", true);
  await desktop.peers.do("press", { title: "Waybill cannot start", keys: ["Return"] });
  assert.equal((await started).code, 1, "it ends, and says so");
});

test("without a keychain the user learns it and can turn on the encrypted file", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  // A bus address that leads nowhere is a session without keychain, tray and notifications.
  desktop.environment.DBUS_SESSION_BUS_ADDRESS = `unix:path=${desktop.root}/no-bus`;
  const page = await desktop.start();
  await desktop.peers.windowShown("Waybill", true);
  await page.click({ role: "link", name: "Settings" });
  await page.click({ role: "link", name: "API keys" });
  await page.sees(/No keychain answers on this machine/);
  await page.find({ role: "switch", name: "Use an encrypted file instead" });
  await page.shoot("30-no-keychain");
  await page.click({ role: "switch", name: "Use an encrypted file instead" });
  await page.click({ role: "button", name: /^Set Anthropic/ });
  await page.fill({ role: "textbox", name: /^Key/ }, "sk-ant-in-the-file");
  await page.click({ role: "button", name: "Save key" });
  await page.find({ role: "button", name: /^Replace Anthropic/ });
  await page.shoot("31-encrypted-file");
  const sealed = readFileSync(join(desktop.data, "secrets.sealed"));
  assert.ok(!sealed.includes("sk-ant-in-the-file"), "the file does not show the key");
});

test("the window comes back as it was left, with the link that starts it", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  const { peers } = desktop;
  const issue = await makeDemo(await desktop.start());
  await peers.windowShown("Waybill", true);
  await peers.do("resize-window", { title: "Waybill", width: 1000, height: 700 });
  await quit(desktop);
  const page = await desktop.start(`waybill:/${issue}`);
  await peers.windowShown("Waybill", true);
  await page.at(issue);
  await page.shoot("40-again");
  const [window] = (await peers.do("windows")).filter(({ title }) => title === "Waybill");
  assert.deepEqual([window.width, window.height], [1000, 700], "its size is remembered");
});

test("the window and the notifications do as the settings say", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  const { peers } = desktop;
  const page = await desktop.start();
  await makeDemo(page);
  const [{ slug }] = await page.call("project_list");
  const settings = { close_to_tray: false, notify_run_completed: false, notify_run_failed: true };
  await page.call("settings_set", { settings });
  await page.call("tool_add", { name: "broken", command: `sh -c "exit 3"`, prompt: "stdin" });
  await page.call("run_start", { project: slug, prompt: "unheard", tool: "demo" });
  await peers.tray(({ entries }) => entries[0] === "Needs you: 1", "the first run's end");
  await page.call("run_start", { project: slug, prompt: "heard", tool: "broken" });
  const told = await peers.next("notification", () => true, "the second run's notification");
  assert.equal(told.summary, "Run 2 failed", "of the first run nothing was shown");
  await peers.do("close-window", { title: "Waybill" });
  await desktop.allEnded();
  assert.deepEqual(desktop.processes(), [], "closing quits, for those who want no tray");
});

async function quit(desktop) {
  await desktop.peers.tray(({ entries }) => entries.includes("Quit Waybill"), "the tray");
  await desktop.peers.do("click-tray", { entry: "Quit Waybill" });
  await desktop.allEnded();
}
