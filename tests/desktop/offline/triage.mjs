// The keys of triage (SPEC 3) in the real window, without a network. A program of its own: `offline.test.mjs` starts it
// where there is none.

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { makeDemo } from "../harness/demo.mjs";
import { Desktop } from "../harness/desktop.mjs";

const KEYS = { enter: "\uE007", escape: "\uE00C", control: "\uE009" };
const titles = [
  "Importer drops labels",
  "Dark theme unreadable",
  "Rate limit ends the run",
  "Support worktrees",
];

for (const addresses of Object.values(networkInterfaces())) {
  assert.ok(
    addresses.every(({ internal }) => internal),
    "the network must be off",
  );
}

const desktop = await Desktop.make();
try {
  const page = await desktop.start();
  await makeDemo(page);
  await triage(page, await filed(page));
} finally {
  await desktop.end();
}

/** A project with four issues more, and its slug. */
async function filed(page) {
  const [{ slug: project }] = await page.call("project_list");
  for (const title of titles) {
    await page.call("issue_create", { project, title, body: "", labels: [], attachments: [] });
  }
  return project;
}

async function triage(page, project) {
  const issue = (number) => page.call("issue_get", { project, number });
  /** The number of the issue under the cursor, once it is this one. */
  const cursorAt = (number) =>
    page.until(
      (wanted) => {
        const grid = document.activeElement;
        const row = document.getElementById(grid?.getAttribute("aria-activedescendant") ?? "");
        return row?.textContent?.includes(wanted) ?? false;
      },
      `the cursor on #${number}`,
      `#${number}`,
    );
  await page.press("g");
  await page.press("t");
  await page.at(`/p/${project}/inbox`);
  await cursorAt(5);

  // j and k move, Enter opens beside the list, Escape closes.
  await page.press("j");
  await cursorAt(4);
  await page.press("k");
  await cursorAt(5);
  await page.press(KEYS.enter);
  await page.find({ role: "heading", name: titles[3] });
  await page.press(KEYS.escape);
  await page.until(() => !document.querySelector('[aria-label="Issue 5"]'), "the list alone");
  await cursorAt(5);

  // 1 to 4 are the priority, z takes back.
  for (const [key, priority] of [
    ["1", "critical"],
    ["2", "high"],
    ["4", "low"],
    ["3", "medium"],
  ]) {
    await page.press(key);
    await page.sees(`#5 set to ${priority}`);
    assert.equal((await issue(5)).priority, priority, `${key} is kept`);
  }
  await page.press("z");
  await page.until(() => !document.body.innerText.includes("set to medium"), "the last change taken back");
  await page.press("t");
  await page.sees("#5 moved to triaged");
  assert.equal((await issue(5)).status, "triaged");

  // x rejects with a note.
  await page.press("j");
  await cursorAt(4);
  await page.press("x");
  await page.fill({ role: "textbox", name: "Why" }, "Out of scope.");
  await page.chord(KEYS.control, KEYS.enter);
  await page.sees("#4 moved to rejected");
  const { items } = await page.call("issue_updates", { project, number: 4 });
  assert.ok(
    items.some(({ body }) => body === "Out of scope."),
    "the reason stays with the issue",
  );

  // l labels, a assigns, d closes as a duplicate: each by typing.
  await cursorAt(3);
  await page.press("l");
  await page.fill({ role: "textbox", name: /label/i }, "offline");
  await page.press(KEYS.enter);
  await page.press(KEYS.escape);
  await page.until(
    () => [...document.querySelectorAll('[role="row"]')].some((row) => row.textContent.includes("offline")),
    "the label on its row",
  );
  await page.press("/");
  await page.fill({ role: "textbox", name: "Filter issues" }, "label:offline");
  await page.press(KEYS.enter);
  await page.until(() => document.querySelectorAll('[role="row"]').length === 1, "what has the label");
  await page.until(() => document.activeElement?.getAttribute("role") === "grid", "the keys at the list");
  await page.shoot("60-offline");

  // c files from anywhere; the palette and the list of keys open.
  await page.press("c");
  await page.fill({ role: "textbox", name: "Title" }, "Filed without a network");
  await page.chord(KEYS.control, KEYS.enter);
  await page.sees("Filed without a network");
  assert.equal((await issue(6)).title, "Filed without a network");
  await page.press("?");
  await page.find({ role: "dialog", name: "Keyboard shortcuts" });
  await page.press(KEYS.escape);
  await page.chord(KEYS.control, "k");
  await page.find({ role: "dialog", name: /palette/i });
}
