import assert from "node:assert/strict";
import test from "node:test";
import { makeDemo, startRun } from "../harness/demo.mjs";
import { Desktop } from "../harness/desktop.mjs";

const RUNNING = "Heavy parcels cost as little as light ones (running)";

test("an agent at work is watched, and not stopped without asking", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  const { peers } = desktop;
  const page = await desktop.start();
  const slug = await sceneOfAPatientAgent(page);

  await t.test("its output is seen while it works", async () => {
    await startRun(page, "patient");
    await peers.tray(({ entries }) => entries.includes(RUNNING), "the tray to name the run");
    await peers.do("click-tray", { entry: RUNNING });
    await page.at(`/p/${slug}/runs/1`);
    await page.sees("I am at work");
    await page.sees("Running");
    await page.shoot("20-at-work");
    assert.equal(agents(desktop).length, 1, "the agent is a process that the checks below would see");
  });

  await t.test("quitting asks, and staying keeps it at work", async () => {
    await peers.do("click-tray", { entry: "Quit Waybill" });
    await peers.windowShown("Quit Waybill", true);
    await peers.do("press", { title: "Quit Waybill", keys: ["Escape"] });
    await peers.windowShown("Waybill", false);
    const { status } = await page.call("run_get", { project: slug, number: 1 });
    assert.equal(status, "running", "the agent was not disturbed");
  });

  await t.test("agreeing stops it and quits", async () => {
    await peers.do("click-tray", { entry: "Quit Waybill" });
    await peers.windowShown("Quit Waybill", true);
    await peers.do("press", { title: "Quit Waybill", keys: ["Return"] });
    await desktop.allEnded();
    assert.deepEqual(desktop.processes(), [], "neither Waybill nor the agent is left running");
  });
});

for (const [signal, happens] of [
  ["SIGTERM", "the session ends"],
  ["SIGKILL", "Waybill dies"],
]) {
  test(`when ${happens}, no agent outlives it, and the next start knows of its run`, async (t) => {
    const desktop = await Desktop.make();
    t.after(() => desktop.end());
    const { peers } = desktop;
    const page = await desktop.start();
    const slug = await sceneOfAPatientAgent(page);
    await startRun(page, "patient");
    await peers.tray(({ entries }) => entries.includes(RUNNING), "the tray to name the run");
    await page.click({ role: "link", name: /Run 1$/ });
    await page.sees("I am at work");

    const shell = desktop.processes().find(({ command }) => command.startsWith(desktop.binary));
    process.kill(shell.pid, signal);
    await desktop.allEnded();
    assert.deepEqual(desktop.processes(), [], `nothing is left running after ${signal}`);

    const again = await desktop.start(`waybill://p/${slug}/runs/1`);
    await again.at(`/p/${slug}/runs/1`);
    await again.sees(/Running|Waiting|Failed/, "what became of the run");
    await again.sees("I am at work", "the output from before, which was kept");
  });
}

/** The demo project with a tool that works until somebody lets it go on, so that the test decides what is seen. */
async function sceneOfAPatientAgent(page) {
  await makeDemo(page);
  await page.call("tool_add", {
    name: "patient",
    command: `sh -c "echo I am at work; rm -f gate; mkfifo gate; read line < gate"`,
    prompt: "stdin",
  });
  const [{ slug }] = await page.call("project_list");
  return slug;
}

/** The agent itself, inside its sandbox. */
function agents(desktop) {
  return desktop.processes().filter(({ command }) => /^(\S*\/)?sh -c echo I am at work/.test(command));
}
