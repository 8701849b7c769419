// Runs through workflows: what a person loses who cannot see what was sent back and scored, compare candidates, or ask
// for changes.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { axeViolations, openWorld, seen } from "./harness.mjs";

const exec = promisify(execFile);
const shots = process.env.SHOTS;
/** How long a run of these scripts may take, on a machine that is busy with others. */
const RUN_MS = 60_000;

/** Plays whatever role its prompt names; the checker passes the second try. */
const SCRIPT = `
prompt=$(cat)
case "$prompt" in
*"You are the checker"*)
  if [ "$(git rev-list --count HEAD)" -ge 4 ]; then
    printf '{"pass": true, "feedback": "Every label is kept now.", "findings": []}' > "$WAYBILL_OUT/review.json"
  else
    printf '{"pass": false, "feedback": "The second run still drops them.", "findings": [{"file": "labels.txt", "line": 1, "severity": "important", "message": "The empty list is not tested."}]}' > "$WAYBILL_OUT/review.json"
  fi ;;
*"You evaluate this change"*)
  printf '{"correctness": 90, "type_safety": 80, "code_style": 75, "test_coverage": 38, "completeness": 70, "summary": "The change works; its tests are thin."}' > "$WAYBILL_OUT/evaluation.json" ;;
*"You are the judge"*)
  printf '{"winner": "candidate-2", "rationale": "Both work; the second is smaller.", "comparison": [{"candidate": "candidate-1", "strengths": ["It works"], "weaknesses": ["A new dependency"], "score": 60}, {"candidate": "candidate-2", "strengths": ["It works", "It is small"], "weaknesses": [], "score": 90}]}' > "$WAYBILL_OUT/judgement.json" ;;
*"You are the designer"*)
  echo "label $$" >> labels.txt
  git add labels.txt && git commit --quiet --message 'Keep labels'
  echo 'The importer keeps its labels.' ;;
*) echo 'The cause is in labels.txt:1.' ;;
esac
`;

describe("runs through workflows", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({ issues: [{ title: "Importer drops labels" }] });
    await mkdir(join(world.repository, "tools"));
    await writeFile(join(world.repository, "tools", "player.sh"), SCRIPT);
    await world.call("tool_add", { name: "player", command: "sh tools/player.sh", prompt: "stdin" });
    await exec("git", ["-C", world.repository, "add", "."]);
    await exec("git", ["-C", world.repository, "commit", "--quiet", "--message", "Add a tool"]);
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  async function openEnded(number, search = "", options = {}) {
    page = await world.open(`/p/${world.slug}/runs/${number}${search}`, options);
    await page.locator("main > header").getByText("Completed", { exact: true }).waitFor({ timeout: RUN_MS });
  }

  const steps = () => page.getByRole("region", { name: "Steps" });
  const shoot = async (name) => shots && page.screenshot({ path: join(shots, `${name}.png`) });

  test("a change that is sent back shows why, and what it was scored", async () => {
    await world.call("run_start", { project: world.slug, issue: 1, tool: "player", workflow: "thorough" });
    await openEnded(1);
    await seen(steps().getByText("Sent back"));
    await seen(steps().getByText("The second run still drops them."));
    await seen(steps().getByText("The empty list is not tested."));
    await seen(steps().getByText("Passed", { exact: true }));
    await seen(steps().getByText("71 of 100, at least 70"));
    assert.deepEqual(await axeViolations(page), [], "everyone can read it");
    await shoot("pipeline");

    await steps().getByRole("button", { name: "Checker" }).first().click();
    await seen(page.getByRole("region", { name: "Instructions" }).getByText("Hand your answer in"));
    assert.match(page.url(), /step=2/, "a link leads to what this step was told");
  });

  test("changes are requested on a line, in the same branch, and checked again", async () => {
    await openEnded(1, "?tab=diff");
    await page.getByRole("button", { name: "Comment on line 1" }).click();
    const dialog = page.getByRole("dialog", { name: "Request changes" });
    await dialog.getByRole("textbox", { name: "labels.txt:1" }).fill("Say which label.");
    assert.deepEqual(await axeViolations(page), [], "everyone can ask for changes");
    await shoot("request-changes");
    await page.keyboard.press("Escape");
    await seen(page.getByRole("button", { name: "Line 1, commented" }));
    await page.keyboard.press("Shift+Q");
    await seen(dialog.getByRole("textbox", { name: "labels.txt:1" }));
    assert.equal(
      await dialog.getByRole("textbox", { name: "labels.txt:1" }).inputValue(),
      "Say which label.",
    );
    await dialog.getByRole("textbox", { name: "In general" }).fill("And count them.");
    await page.keyboard.press("Control+Enter");
    await seen(steps().getByText(/iteration 3/).nth(1));
    await page.locator("main > header").getByText("Completed", { exact: true }).waitFor({ timeout: RUN_MS });
    const run = await world.call("run_get", { project: world.slug, number: 1 });
    const told = JSON.stringify(run.steps.at(-3).instructions);
    assert.match(told, /Say which label\./, "the agent was told what was said of the line");
    assert.match(told, /And count them\./);
  });

  test("candidates stand side by side, and another can be chosen", async () => {
    await world.call("run_start", {
      project: world.slug,
      prompt: "Keep labels",
      tool: "player",
      workflow: "best_of_three",
    });
    await openEnded(2, "?tab=candidates");
    const candidates = page.getByRole("region", { name: "Candidates" });
    await seen(candidates.getByText("Both work; the second is smaller."));
    await seen(candidates.getByText("A new dependency"));
    assert.deepEqual(await axeViolations(page), [], "everyone can compare them");
    await shoot("candidates");
    await candidates.getByRole("button", { name: "Show diff of Try 1" }).click();
    await seen(page.getByText("Candidate Try 1"));
    await page.goBack();
    await candidates.getByRole("button", { name: "Choose Try 1" }).click();
    await page.getByRole("button", { name: "Choose it" }).click();
    await seen(page.getByText("Try 1 is the run's result now"));
    const run = await world.call("run_get", { project: world.slug, number: 2 });
    assert.equal(run.candidates[0].chosen, true);
  });

  test("a narrow window in the dark shows the same", async () => {
    await openEnded(1, "", { width: 900, height: 600, theme: "dark" });
    await seen(steps().getByText("Sent back").first());
    assert.deepEqual(await axeViolations(page), [], "everyone can read it in the dark");
    await shoot("pipeline-dark");
  });
});
