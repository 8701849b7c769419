// Workflows and personas: what a person loses when they cannot draw what a run goes through, or what was saved is gone.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { becomes, gone, openWorld, seen } from "./harness.mjs";

/** In the page: what the drawing says, with the places of its parts. */
const drawn = () =>
  [...document.querySelectorAll("[data-place]")].map(
    (part) => `${part.dataset.place} ${part.querySelector('[class*="title"]').textContent}`,
  );

describe("workflows", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld({});
    page = await world.open(`/p/${world.slug}/workflows`);
  });
  after(() => world?.close());
  beforeEach(() => {
    page.complaints.length = 0;
  });

  const of = (name) => ({ project: world.slug, name });
  const go = (path) => page.goto(new URL(`/p/${world.slug}/${path}`, page.url()).href);
  const at = (place) => page.locator(`[data-place="${place}"]`);
  const side = (shown) => shown.getByRole("complementary", { name: "What is chosen" });
  const choose = async (label, option) => {
    await page
      .getByRole("button", { name: new RegExp(`^${label}:`) })
      .first()
      .click();
    await page
      .getByRole("menuitemradio", { name: option })
      .or(page.getByRole("menuitemcheckbox", { name: option }))
      .or(page.getByRole("menuitem", { name: option }))
      .first()
      .click();
  };
  const own = async (name, nodes, type = "custom_pipeline") => {
    const content = { type, description: "", definition: { nodes }, sandbox_defaults: {} };
    await world.call("workflow_save", { ...of(name), content });
    await go(`workflows/${name}`);
    await seen(page.locator("[data-place]"));
  };
  const step = (role) => ({ kind: "step", role });

  test("are found by key, made in a dialog, and edited on a page of their own", async () => {
    await go("inbox");
    await seen(page.getByRole("heading", { name: "File the first issue" }));
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await seen(
      page.getByRole("row").filter({ hasText: "Investigator → loop of 3 (Designer → Checker) → Evaluator" }),
    );
    await page.keyboard.press("Shift+W");
    const dialog = page.getByRole("dialog", { name: "New workflow" });
    await dialog.getByLabel("Name").fill("thorough");
    await seen(dialog.getByText("This name is taken."));
    await dialog.getByLabel("Name").fill("My flow");
    assert.equal(
      await dialog.getByLabel("Name").inputValue(),
      "my_flow",
      "a name that can be typed anywhere",
    );
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/workflows\/my_flow$/);
    await becomes(page, drawn, ["nodes[0] Designer"]);
    assert.deepEqual(page.complaints, []);
  });

  test("are built by keyboard alone: added to, moved into and out of frames, wrapped, taken back", async () => {
    await own("by_keys", [step("designer")]);
    await at("nodes[0]").focus();
    await page.keyboard.press("a");
    await seen(page.getByRole("menuitem", { name: "Checker", exact: true }));
    await page.keyboard.type("che");
    await page.keyboard.press("Enter");
    await becomes(page, drawn, ["nodes[0] Designer", "nodes[1] Checker"], "it goes after what was chosen");
    await becomes(page, () => document.activeElement?.dataset.place, "nodes[1]", "and is chosen");
    await page.keyboard.press("l");
    await becomes(page, drawn, [
      "nodes[0] Designer",
      "nodes[1] Loop, 3 times at most",
      "nodes[1].nodes[0] Checker",
    ]);
    await seen(page.getByText("a loop needs a step that makes changes", { exact: false }));
    await page.keyboard.press("ArrowUp");
    await becomes(page, () => document.activeElement?.dataset.place, "nodes[0]");
    await page.keyboard.press("Alt+ArrowDown");
    await becomes(
      page,
      drawn,
      ["nodes[0] Loop, 3 times at most", "nodes[0].nodes[0] Designer", "nodes[0].nodes[1] Checker"],
      "a step moves into the frame beside it",
    );
    await gone(page.getByText("a loop needs a step that makes changes", { exact: false }));
    await page.keyboard.press("Control+s");
    await seen(page.getByText("By keys saved as version 2"));
    const { definition } = await world.call("workflow_get", of("by_keys"));
    assert.deepEqual(definition.nodes, [
      { kind: "loop", nodes: [step("designer"), step("checker")], max_iterations: 3 },
    ]);
    await at("nodes[0]").focus();
    await page.keyboard.press("u");
    await becomes(page, drawn, ["nodes[0] Designer", "nodes[1] Checker"]);
    await page.keyboard.press("z");
    await becomes(page, drawn, [
      "nodes[0] Loop, 3 times at most",
      "nodes[0].nodes[0] Designer",
      "nodes[0].nodes[1] Checker",
    ]);
    await page.keyboard.press("Shift+Z");
    await becomes(page, drawn, ["nodes[0] Designer", "nodes[1] Checker"], "what was undone is done again");
    assert.deepEqual(page.complaints, []);
  });

  test("are dragged by their grips, and an edit is still there after looking elsewhere", async () => {
    await own("dragged", [step("investigator"), step("designer"), step("reviewer")]);
    const grip = at("nodes[2]").locator('[class*="_grip"]');
    const from = await grip.boundingBox();
    const to = await page.locator('[data-slot="nodes:0"]').boundingBox();
    await page.mouse.move(from.x + 4, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 4 });
    await page.mouse.up();
    const after = ["nodes[0] Reviewer", "nodes[1] Investigator", "nodes[2] Designer"];
    await becomes(page, drawn, after);
    await seen(page.getByText("Not saved"));
    await go("personas");
    await seen(page.getByRole("row"));
    await go("workflows/dragged");
    await becomes(page, drawn, after, "an edit is not lost by looking elsewhere");
    await page.getByRole("button", { name: "Discard" }).click();
    await becomes(page, drawn, ["nodes[0] Investigator", "nodes[1] Designer", "nodes[2] Reviewer"]);
  });

  test("show what is wrong at its place as one types, and are not saved before it is mended", async () => {
    await own("wrong", [step("designer"), step("checker")]);
    await at("nodes[0]").click();
    await page.keyboard.press("Delete");
    const fault = at("nodes[0]")
      .locator("..")
      .getByText("nothing has been made yet that a checker could look at");
    await seen(fault);
    await becomes(
      page,
      () => document.querySelector('[data-place="nodes[0]"]').getAttribute("aria-describedby"),
      "fault-nodes[0]",
      "it is heard with its step",
    );
    await page.keyboard.press("Control+s");
    await seen(page.getByText("Wrong is not saved"));
    assert.equal((await world.call("workflow_get", of("wrong"))).version, 1);
    await choose("Who", /^Designer/);
    await gone(fault);
    await side(page).getByLabel("Model").fill("a-model");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await seen(page.getByText("Wrong saved as version 2"));
    const { definition } = await world.call("workflow_get", of("wrong"));
    assert.deepEqual(definition.nodes, [{ ...step("designer"), model: "a-model" }]);
  });

  test("race in lanes with variants of their own and a judge below", async () => {
    await own("raced", [step("designer")]);
    await at("nodes[0]").focus();
    await page.keyboard.press("r");
    await becomes(page, drawn, [
      "nodes[0] Race of 2",
      "nodes[0].variants[0] 1",
      "nodes[0].nodes[0] Designer",
      "nodes[0].variants[1] 2",
      "nodes[0].judge Judge",
    ]);
    await page.getByRole("button", { name: "Add a variant" }).click();
    await side(page).getByLabel("Model").fill("another");
    await seen(at("nodes[0].variants[2]").getByText("another"));
    await at("nodes[0].variants[0]").focus();
    await page.keyboard.press("Delete");
    await page.keyboard.press("Control+s");
    await seen(page.getByText("Raced saved as version 2"));
    const { definition } = await world.call("workflow_get", of("raced"));
    assert.deepEqual(definition.nodes[0].variants, [{}, { model: "another" }]);
  });

  test("that are one designer, or a designer and a checker, are a form", async () => {
    await go("workflows/designer_checker");
    await page.getByRole("region", { name: "Iterations" }).getByLabel("Times at most").fill("5");
    await page.getByRole("region", { name: "Checker" }).getByLabel("Instructions").fill("Mind the edges.");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await seen(page.getByText("Designer checker saved as version 1"));
    const saved = await world.call("workflow_get", of("designer_checker"));
    assert.equal(saved.definition.nodes[0].max_iterations, 5);
    assert.equal(saved.definition.nodes[0].nodes[1].instructions, "Mind the edges.");
    await page.keyboard.press("Control+Backspace");
    const dialog = page.getByRole("dialog", { name: "Reset Designer checker?" });
    await dialog.getByRole("button", { name: "Reset to what ships" }).click();
    await seen(page.getByText("Designer checker is as it ships"));
    await becomes(page, () => document.querySelector("main").textContent.includes("as it ships"), true);
    await page.keyboard.press("z");
    await seen(page.getByText("Designer & checker · v1"));
  });

  test("keep every version, compare two, and make one active again", async () => {
    await own("kept", [step("designer")]);
    await own("kept", [step("designer"), step("reviewer")]);
    await page.keyboard.press("2");
    const table = page.getByRole("table");
    await seen(table.getByText('"role": "reviewer"'));
    await page.getByRole("button", { name: /^Version 1/ }).click();
    await page.getByRole("button", { name: "Make v1 active" }).click();
    await seen(page.getByRole("button", { name: /^Version 3 active/ }));
    const { version, definition } = await world.call("workflow_get", of("kept"));
    assert.deepEqual([version, definition.nodes.length], [3, 1], "as a new version, and none is lost");
  });

  test("that were saved elsewhere meanwhile are not written over", async () => {
    await own("shared", [step("designer")]);
    const description = page.getByLabel("Description");
    await description.fill("Mine");
    const theirs = {
      type: "custom_pipeline",
      description: "Theirs",
      definition: { nodes: [step("designer")] },
      sandbox_defaults: {},
    };
    await world.call("workflow_save", { ...of("shared"), content: theirs });
    await seen(page.getByText("Version 2 was saved while you edited version 1."));
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await seen(page.getByText("Shared is not saved"));
    assert.equal((await world.call("workflow_get", of("shared"))).description, "Theirs");
    await page.getByRole("button", { name: "Keep my edit" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await seen(page.getByText("Shared saved as version 3"));
  });

  test("go to another project as a file that shows first what it brings", async () => {
    const persona = {
      type: "designer",
      description: "Mine",
      instructions: "Do it.",
      include_learnings: true,
    };
    await world.call("persona_save", { project: world.slug, name: "mine", content: persona });
    await own("carried", [{ kind: "step", persona: "mine" }], "persona_pipeline");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page
        .getByRole("button", { name: "More" })
        .click()
        .then(() => page.getByRole("menuitem", { name: "Export the workflow" }).click()),
    ]);
    assert.equal(download.suggestedFilename(), "carried.workflow.json");
    const file = join(world.place, "carried.json");
    await download.saveAs(file);
    await world.call("workflow_remove", of("carried"));
    await world.call("persona_save", {
      project: world.slug,
      name: "mine",
      content: { ...persona, instructions: "Other." },
    });
    await go("workflows");
    await seen(page.getByRole("row"));
    await page.getByRole("button", { name: "Import", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Import a workflow" });
    const broken = join(world.place, "broken.json");
    await writeFile(broken, (await readFile(file, "utf8")).replace("waybill-workflow", "recipe"));
    await dialog.getByLabel("Workflow file").setInputFiles(broken);
    await seen(dialog.getByText("its format is not", { exact: false }));
    await dialog.getByLabel("Workflow file").setInputFiles(file);
    const plan = dialog.getByRole("region", { name: "What the file holds" });
    await seen(plan.getByRole("listitem").filter({ hasText: "Workflow Carried" }).getByText("is added"));
    await seen(
      plan
        .getByRole("listitem")
        .filter({ hasText: "Persona Mine" })
        .getByText("replaces version 2, which is kept"),
    );
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await page.waitForURL(/\/workflows\/carried$/);
    assert.equal(
      (await world.call("persona_get", { project: world.slug, name: "mine" })).instructions,
      "Do it.",
    );
  });

  test("are switched off in the list, and then not offered; one whose persona is off says so", async () => {
    await go("workflows");
    const row = page.getByRole("row").filter({ hasText: "Best of three" });
    await (await seen(row)).getByRole("switch").click();
    await becomes(
      page,
      () => document.querySelector('[aria-label="Best of three is enabled"]').getAttribute("aria-checked"),
      "false",
    );
    const targets = await world.call("assignment_targets", { project: world.slug });
    assert.ok(!targets.some(({ target }) => target === "workflow:best_of_three"), "no picker offers it");
    await world.call("persona_enable", { project: world.slug, name: "evaluator", enabled: false });
    await seen(page.getByRole("row").filter({ hasText: "Thorough" }).getByText("Cannot start"));
    await world.call("persona_enable", { project: world.slug, name: "evaluator", enabled: true });
    await gone(page.getByRole("row").filter({ hasText: "Thorough" }).getByText("Cannot start"));
  });

  test("have personas with instructions, weights with their shares, and a way back to what ships", async () => {
    await go("personas/evaluator");
    const text = page.getByLabel("Instructions", { exact: true });
    await text.fill("# Score it\n\n- fairly");
    await page.getByRole("button", { name: "Preview" }).click();
    await seen(
      page
        .getByRole("region", { name: "Preview of the instructions" })
        .getByRole("heading", { name: "Score it" }),
    );
    await page.getByLabel("Weight of correctness").fill("10");
    await seen(page.getByRole("region", { name: "Scores" }).getByText("59 %"));
    await page.getByLabel("Threshold").fill("82.5");
    await page.keyboard.press("Control+s");
    await seen(page.getByText("Evaluator saved as version 1"));
    const saved = await world.call("persona_get", of("evaluator"));
    assert.deepEqual([saved.weights.correctness, saved.threshold], [10, 82.5]);
    assert.equal(saved.instructions, "# Score it\n\n- fairly");
    await page.getByRole("button", { name: "Write" }).click();
    await text.fill(" ");
    await seen(page.getByText("A persona needs instructions", { exact: false }));
    await page.getByRole("button", { name: "Discard" }).click();
    assert.equal(await text.inputValue(), "# Score it\n\n- fairly");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Reset to what ships" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reset to what ships" }).click();
    await seen(page.getByText("Evaluator is as it ships"));
    assert.equal((await world.call("persona_get", of("evaluator"))).version, 0);
  });

  test("are chosen for a run where it is started", async () => {
    await world.call("issue_create", { project: world.slug, title: "Labels are lost", body: "", labels: [] });
    await go("issues/1");
    await seen(page.getByRole("region", { name: "Activity" }));
    await page.keyboard.press("r");
    const dialog = page.getByRole("dialog", { name: "Run an agent on #1" });
    await choose("Workflow", /^Designer checker/);
    await seen(dialog.getByText("A second agent checks the change", { exact: false }));
    await choose("Agent", /^Demo/);
    await page.route(/call\/run_start$/, (route) =>
      route.fulfill({ status: 409, json: { code: "conflict", message: "Not now.", hint: null } }),
    );
    const started = async () => {
      const asked = page.waitForRequest(/call\/run_start$/);
      await dialog.getByRole("button", { name: /^Start run/ }).click();
      return (await asked).postDataJSON().workflow;
    };
    assert.equal(await started(), "designer_checker");
    await page.keyboard.press("Escape");
    await gone(dialog);
    await world.call("issue_assign", { project: world.slug, number: 1, target: "workflow:bug_fix" });
    await go("issues/1");
    await seen(page.getByRole("region", { name: "Activity" }));
    await page.keyboard.press("r");
    await seen(dialog.getByRole("button", { name: "Workflow: Bug fix" }));
    assert.equal(await started(), "bug_fix", "what it is assigned to is what it begins with");
    await page.unrouteAll();
    await page.keyboard.press("Escape");
  });

  test("have every action in the palette", async () => {
    await own("palette", [step("designer")]);
    await at("nodes[0]").focus();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("Put a loop");
    await page.keyboard.press("Enter");
    await becomes(page, drawn, ["nodes[0] Loop, 3 times at most", "nodes[0].nodes[0] Designer"]);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("Duplicate the workflow");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Duplicate palette" });
    await dialog.getByLabel("Name").fill("palette_two");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/workflows\/palette_two$/);
    await becomes(page, drawn, ["nodes[0] Designer"], "the copy is of what is saved");
    await page.keyboard.press("Control+Backspace");
    await page
      .getByRole("dialog", { name: "Remove Palette two?" })
      .getByRole("button", { name: "Remove the workflow" })
      .click();
    await page.waitForURL(/\/workflows$/);
    await seen(page.getByText("Palette two removed"));
    assert.deepEqual(page.complaints, []);
  });
});
