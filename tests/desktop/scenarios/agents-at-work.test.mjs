import assert from "node:assert/strict";
import test from "node:test";
import { makeDemo, startRun } from "../harness/demo.mjs";
import { Desktop } from "../harness/desktop.mjs";

test("an agent at work is watched, and not stopped without asking", async (t) => {
  const desktop = await Desktop.make();
  t.after(() => desktop.end());
  const { peers } = desktop;
  const page = await desktop.start();
  const running = "Heavy parcels cost as little as light ones (running)";

  await makeDemo(page);
  const [{ slug }] = await page.call("project_list");
  // It works until somebody lets it go on, so that the test decides what is seen while it works.
  await page.call("tool_add", {
    name: "patient",
    command: `sh -c "echo I am at work; mkfifo gate; read line < gate; rm gate; echo $line > answer.txt"`,
    prompt: "stdin",
  });

  await t.test("its output is seen while it works", async () => {
    await startRun(page, "patient");
    await peers.tray(({ entries }) => entries.includes(running), "the tray to name the run");
    await peers.do("click-tray", { entry: running });
    await page.at(`/p/${slug}/runs/1`);
    await page.sees("I am at work");
    await page.sees("Running");
    await page.shoot("20-at-work");
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
