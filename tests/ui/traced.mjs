// How long the main thread of a page is busy, and whether the clock says the same.

import assert from "node:assert/strict";
import { cpus, loadavg } from "node:os";

/** Whether the clock can be trusted: on a machine that does other work frames come late whatever the page does. */
export function atRest() {
  return (loadavg()[0] ?? 0) < cpus().length / 2;
}

/** Does something and answers with it the longest task of the page's main thread, in ms of processor time. */
export async function traced(browser, work) {
  const session = await browser.newBrowserCDPSession();
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const includedCategories = ["toplevel", "__metadata"];
  await session.send("Tracing.start", {
    traceConfig: { recordMode: "recordContinuously", includedCategories },
  });
  const answer = await work();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const threadOf = (event) => `${event.pid}/${event.tid}`;
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const main = new Set(mains.map(threadOf));
  const tasks = events.filter((event) => main.has(threadOf(event)) && event.tdur !== undefined);
  assert.ok(tasks.length > 0, "the browser must tell what its main thread did");
  return { answer, longest: Math.round(Math.max(...tasks.map(({ tdur }) => tdur)) / 1_000) };
}
