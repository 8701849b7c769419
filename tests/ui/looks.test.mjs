// The screens of issues, sessions, workflows and learnings in both themes and sizes and in their states: what a person loses who sees little,
// uses the keyboard alone or a screen reader. Run with SHOTS=folder to keep pictures.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeViolations, openWorld, seen } from "./harness.mjs";
import { addTalker, rested, startTalk } from "./talker.mjs";

const shots = process.env.SHOTS;

const conversation = (page, name) => seen(page.getByRole("log", { name: "Conversation" }).getByText(name));
const asked = (page) => seen(page.getByRole("region", { name: "The agent asks" }));

const sessionScreens = {
  sessions: { path: "sessions", ready: (page) => seen(page.getByRole("row")) },
  "no sessions": {
    path: "sessions",
    bare: true,
    ready: (page) => seen(page.getByText("No sessions yet")),
  },
  session: { path: "sessions/1", ready: asked },
  "session terminal": {
    path: "sessions/1?tab=terminal",
    ready: (page) => seen(page.getByRole("log", { name: "Terminal" }).getByText("labels_survive")),
  },
  "session changes": {
    path: "sessions/1?tab=diff",
    ready: (page) => seen(page.getByRole("region", { name: "Changes of import.rs" })),
  },
  "session issue": {
    path: "sessions/1?tab=issue",
    ready: (page) => seen(page.getByText("keep the labels")),
  },
  "session form": {
    path: "sessions/2",
    ready: (page) => seen(page.getByRole("region", { name: "The agent asks for some details" })),
  },
  "session failed": { path: "sessions/3", ready: (page) => seen(page.getByRole("alert")) },
  "session not begun": {
    path: "sessions/4",
    ready: (page) => conversation(page, "Nothing was said yet"),
  },
  bind: {
    path: "sessions/3",
    ready: (page) => seen(page.getByRole("alert")),
    keys: ["b"],
    shows: /^Bind/,
  },
  "session failing": {
    path: "sessions/1",
    refused: /call\/(session_messages|issue_get)$/,
    ready: (page) => seen(page.getByRole("heading", { name: "The messages could not be loaded" })),
  },
};

const drawing = (page) => seen(page.locator("[data-place]"));

const workflowScreens = {
  workflows: { path: "workflows", ready: (page) => seen(page.getByRole("row")) },
  personas: { path: "personas", ready: (page) => seen(page.getByRole("row")) },
  "workflow pipeline": { path: "workflows/both", ready: drawing },
  "workflow step": {
    path: "workflows/both",
    ready: async (page) => {
      await drawing(page);
      await page.locator('[data-place="nodes[0].nodes[0].nodes[0]"]').click();
      await seen(page.getByRole("region", { name: "Step · Designer" }));
    },
  },
  "workflow fault": {
    path: "workflows/both",
    ready: async (page) => {
      await drawing(page);
      await page.locator('[data-place="nodes[0].nodes[0].nodes[0]"]').click();
      await page.keyboard.press("Delete");
      await seen(page.getByText("a loop needs a step that makes changes", { exact: false }));
    },
  },
  "workflow form": {
    path: "workflows/designer_checker",
    ready: (page) => seen(page.getByRole("region", { name: "Iterations" })),
  },
  "workflow versions": {
    path: "workflows/both?tab=versions",
    ready: (page) => seen(page.getByRole("table")),
  },
  "no workflow": {
    path: "workflows/nothing",
    ready: (page) => seen(page.getByRole("heading", { name: "There is no workflow nothing" })),
  },
  persona: { path: "personas/evaluator", ready: (page) => seen(page.getByLabel("Instructions")) },
  "persona preview": {
    path: "personas/evaluator",
    ready: async (page) => {
      await page.getByRole("button", { name: "Preview" }).click();
      await seen(page.getByRole("region", { name: "Preview of the instructions" }).getByRole("table"));
    },
  },
  "persona versions": {
    path: "personas/evaluator?tab=versions",
    ready: (page) => seen(page.getByText("This is the only version.", { exact: false })),
  },
  "new workflow": {
    path: "workflows",
    ready: (page) => seen(page.getByRole("row")),
    keys: ["Shift+W"],
    shows: "New workflow",
  },
  "new persona": {
    path: "personas",
    ready: (page) => seen(page.getByRole("row")),
    keys: ["Shift+W"],
    shows: "New persona",
  },
  "workflows failing": {
    path: "workflows",
    refused: /call\/workflow_list$/,
    ready: (page) => seen(page.getByRole("heading", { name: "The workflows could not be listed" })),
  },
  "workflow parts failing": {
    path: "workflows/both?tab=versions",
    refused: /call\/workflow_versions$/,
    ready: (page) => seen(page.getByRole("heading", { name: "The versions could not be loaded" })),
  },
};

/** A race of a loop, saved twice, and a persona that is switched off. */
async function keepWorkflows(world) {
  const project = world.slug;
  const step = (role) => ({ kind: "step", role });
  const loop = { kind: "loop", max_iterations: 4, nodes: [step("designer"), step("checker")] };
  const variants = [{ tool: "claude" }, { persona: "bug_fixer" }, {}];
  const race = { kind: "race", variants, nodes: [loop], judge: { role: "judge" } };
  for (const last of ["reviewer", "evaluator"]) {
    const definition = { nodes: [race, step(last), step("investigator")] };
    const content = {
      type: "custom_pipeline",
      description: "Two ways at once",
      definition,
      sandbox_defaults: {},
    };
    await world.call("workflow_save", { project, name: "both", content });
  }
  await world.call("persona_enable", { project, name: "investigator", enabled: false });
}

const learningScreens = {
  learnings: { path: "learnings", ready: (page) => seen(page.getByRole("row")) },
  "learnings approved": { path: "learnings?status=approved", ready: (page) => seen(page.getByRole("row")) },
  "no learnings": {
    path: "learnings",
    bare: true,
    ready: (page) => seen(page.getByRole("heading", { name: "Nothing waits for review" })),
  },
  "edit learning": {
    path: "learnings",
    ready: (page) => seen(page.getByRole("row")),
    keys: ["e"],
    shows: /^Edit learning/,
  },
  "learnings failing": {
    path: "learnings",
    refused: /call\/learning_list$/,
    ready: (page) => seen(page.getByRole("heading", { name: "The learnings could not be listed" })),
  },
  "learnings told": { path: "learnings/told", ready: (page) => seen(page.getByRole("table")) },
  "learnings to compile": {
    path: "learnings/told?role=checker",
    ready: (page) => seen(page.getByRole("heading", { name: "There is no version yet" })),
    keys: ["Shift+C"],
    shows: /will be told$/,
  },
  "learnings told failing": {
    path: "learnings/told",
    refused: /call\/learning_roles$/,
    ready: (page) => seen(page.getByRole("heading", { name: "The roles could not be listed" })),
  },
  contexts: {
    path: "learnings/contexts",
    ready: (page) => seen(page.getByText("Version 2, draft", { exact: false })),
  },
  "context versions": {
    path: "learnings/contexts",
    ready: async (page) => {
      await page.getByRole("tab", { name: /^Versions/ }).click();
      await seen(page.getByRole("table"));
    },
  },
  "contexts failing": {
    path: "learnings/contexts",
    refused: /call\/context_list$/,
    ready: (page) => seen(page.getByRole("heading", { name: "The contexts could not be listed" })),
  },
};

/** Learnings of every kind, one version of them, and a context with a draft. */
async function teach(world) {
  const project = world.slug;
  const said = [
    ["Run the linter before committing", "important", "tool", []],
    ["Always run the linter before each commit", "minor", "tool", []],
    [
      "Migrations are forward only: a file that is on main is never edited, whatever the reason may be",
      "critical",
      "architecture",
      ["designer", "checker"],
    ],
    ["Times are local in the importer", "important", "gotcha", []],
    ["Prefer functions over objects that do", "minor", "preference", []],
  ];
  for (const [description, severity, category, roles] of said) {
    const trigger = "A change is about to be committed";
    const correct_behavior = "Run it first.\nMend what it finds; do not silence it.";
    const content = { description, trigger, correct_behavior, severity, category, confidence: 0.9, roles };
    await world.call("learning_add", { project, content });
  }
  await world.call("learning_decide", { project, numbers: [4, 5], decision: "approve" });
  await world.call("learning_compile", { project, role: "designer" });
  await world.call("learning_decide", { project, numbers: [5], decision: "reject" });
  await world.call("learning_compile", { project, role: "designer" });
  const session_type = "issue";
  await world.call("context_save", { project, session_type, body: "# Parcels\n\nThey are numbered.\n" });
  await world.call("context_publish", { project, session_type, version: 1 });
  const body = "# Parcels\n\nThey have numbers.\n\nRun `cargo test` before you commit.\n";
  await world.call("context_save", { project, session_type, body });
}

describe("the screens of issues, sessions, workflows and learnings", () => {
  let world;
  let talks;
  let bare;

  before(async () => {
    world = await openWorld({
      issues: [
        {
          title: "Importer drops labels on the second run",
          labels: ["bug", "importer"],
          priority: "high",
          body: "It reads **twice**:\n\n- once\n- again\n\n`src/import.rs`",
        },
        { title: "Dark theme: diff gutter unreadable", labels: ["ui"] },
        {
          title:
            "Crash when the repository has no commits and the default branch was renamed after the clone, so that nothing is there",
          priority: "critical",
          labels: ["bug"],
        },
      ],
    });
    const of = (number) => ({ project: world.slug, number });
    await world.call("issue_comment", { ...of(1), body: "I see this too." });
    await world.call("issue_comment", { ...of(1), body: "Do not tell them.", visibility: "operator_only" });
    await world.call("issue_edit", { ...of(1), body: "It reads **three** times.", priority: "critical" });
    await world.call("todo_set", {
      ...of(1),
      markdown:
        "## Criteria\n- [ ] labels survive\n## Steps\n### explore\n- [x] read it\n- [>] try it\n  - note: slow\n- [-] guess\n",
    });
    await world.call("link_add", { ...of(1), relation: "blocked_by", other: 3 });
    await world.call("issue_move", { ...of(2), status: "rejected", note: "Works as meant." });
    await keepWorkflows(world);
    await teach(world);
    talks = await openWorld({ issues: [{ title: "Labels that are gone come back on the second import" }] });
    await talk(talks);
    bare = await openWorld();
  });
  after(async () => {
    await world?.close();
    await talks?.close();
    await bare?.close();
  });

  const inbox = (page) => seen(page.getByRole("row"));
  const activity = (page) => seen(page.getByRole("region", { name: "Activity" }));
  const screens = {
    list: { path: "inbox", ready: inbox },
    all: { path: "issues", ready: inbox },
    beside: { path: "inbox?open=1", ready: (page) => seen(page.getByRole("region", { name: "Activity" })) },
    page: { path: "issues/1", ready: (page) => seen(page.getByRole("region", { name: "Activity" })) },
    duplicate: { path: "issues/1", ready: activity, keys: ["d"], shows: /is a duplicate of/ },
    link: { path: "issues/1", ready: activity, keys: ["Shift+L"], shows: "Link to another issue" },
    child: { path: "issues/1", ready: activity, keys: ["Shift+C"], shows: "New child issue" },
    missing: {
      path: "issues/99",
      ready: (page) => seen(page.getByRole("heading", { name: "There is no issue #99" })),
    },
    "no match": {
      path: "inbox?q=nosuchword",
      ready: (page) => seen(page.getByRole("heading", { name: "No issue matches" })),
    },
    empty: {
      path: "inbox",
      bare: true,
      ready: (page) => seen(page.getByRole("heading", { name: "File the first issue" })),
    },
    "new issue": { path: "inbox", ready: inbox, keys: ["c"], shows: "New issue" },
    reject: { path: "inbox", ready: inbox, keys: ["x"], shows: /^Reject/ },
    run: { path: "inbox", ready: inbox, keys: ["r"], shows: /^Run an agent/ },
    labels: { path: "inbox", ready: inbox, keys: ["l"], shows: "Labels" },
    failing: {
      path: "inbox",
      refused: /call\/issue_list$/,
      ready: (page) => seen(page.getByRole("heading", { name: "The issues could not be loaded" })),
    },
    "failing parts": {
      path: "issues/1",
      refused: /call\/(todo_list|link_list|attachment_list|issue_updates)$/,
      ready: (page) => seen(page.getByRole("alert").nth(3)),
    },
  };

  for (const theme of ["light", "dark"]) {
    describe(theme, () => {
      /** The pages of both worlds, kept from one screen to the next. */
      const pages = new Map();

      before(async () => {
        for (const each of [world, talks, bare]) {
          await each.call("settings_set", { settings: { theme } });
          pages.set(each, await each.open("/settings", { theme }));
        }
      });
      after(async () => {
        for (const page of pages.values()) await page.context().close();
      });

      for (const [name, screen] of Object.entries({
        ...screens,
        ...sessionScreens,
        ...workflowScreens,
        ...learningScreens,
      })) {
        test(`${name}, ${theme}: breaks no rule of axe and nothing sticks out, at any size`, async () => {
          const of = screen.bare ? bare : name in sessionScreens ? talks : world;
          const page = pages.get(of);
          await page.setViewportSize(sizes[0]);
          if (screen.refused) await page.route(screen.refused, refuse);
          try {
            await page.goto(new URL(`/p/${of.slug}/${screen.path}`, page.url()).href);
            await screen.ready(page);
            for (const key of screen.keys ?? []) await page.keyboard.press(key);
            if (screen.shows) await seen(page.getByRole("dialog", { name: screen.shows }));
            for (const size of sizes) {
              await page.setViewportSize(size);
              await page.evaluate(drawn);
              if (shots) await page.screenshot({ path: `${shots}/${name}-${theme}-${size.width}.png` });
              assert.deepEqual(await axeViolations(page), [], `${size.width} wide`);
              const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
              assert.equal(wide, false, "a page that scrolls sideways hides what is on it");
            }
          } finally {
            await page.unrouteAll();
          }
        });
      }
    });
  }
});

const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
];

/** Answers a call as a database that cannot be used. */
function refuse(route) {
  const message = "The database is locked by another program.";
  return route.fulfill({ status: 500, json: { code: "failed", message, hint: "Close it and try again." } });
}

/** In the page: resolves once what it last changed is drawn. */
function drawn() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  });
}

/** Sessions in their states: 1 has said and done everything and asks, 2 shows a form, 3 failed, 4 is not begun. */
async function talk(world) {
  await addTalker(world);
  const turn = (number) => rested(world, number);
  const say = async (number, text) => {
    await world.call("session_send", { project: world.slug, number, text });
    await turn(number);
  };
  const full = await startTalk(world, "Talker, explain what happens");
  await turn(full);
  await say(full, "Talker, work on it");
  await say(full, "Talker, ask what you cannot know");
  await turn(await startTalk(world, "Talker, form", { title: "Find out where the server stands" }));
  await turn(await startTalk(world, "Talker, fail", { issue: null, title: "A talk that fails" }));
  await startTalk(world, "Look at it again", { draft: true });
}
