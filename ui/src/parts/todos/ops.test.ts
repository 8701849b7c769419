import { describe, expect, it } from "vitest";
import type { Todo } from "@/api/generated/bindings";
import { applied, grouped, positionOf, progress, type TodoOp } from "./ops";

function todo(id: string, more: Partial<Todo> = {}): Todo {
  return {
    id,
    kind: "step",
    content: id,
    status: "pending",
    phase: null,
    notes: [],
    origin_agent: null,
    created_at: 0,
    updated_at: 0,
    completed_at: null,
    ...more,
  };
}

const list = [
  todo("labels survive", { kind: "criterion" }),
  todo("nothing changes twice", { kind: "criterion" }),
  todo("read", { phase: "explore", status: "in_progress" }),
  todo("try", { phase: "explore" }),
  todo("write", { phase: "build" }),
];
const ids = (todos: readonly Todo[]) => todos.map((each) => each.id);
const apply = (...ops: TodoOp[]) => applied(list, ops, 9);
const add = (content: string, more: Partial<Extract<TodoOp, { type: "add" }>> = {}): TodoOp => ({
  type: "add",
  id: `new ${content}`,
  kind: "step",
  content,
  phase: null,
  known: new Set(ids(list)),
  ...more,
});

describe("todos before Waybill has answered", () => {
  it("have at most one in progress", () => {
    const statuses = apply({ type: "edit", todo: "write", status: "in_progress" }).map((each) => each.status);
    expect(statuses, "starting one puts the former back").toEqual([
      "pending",
      "pending",
      "pending",
      "pending",
      "in_progress",
    ]);
  });

  it("move among their own kind and land where they were dropped", () => {
    expect(ids(apply({ type: "edit", todo: "read", position: 1 }))).toEqual([
      "labels survive",
      "nothing changes twice",
      "try",
      "read",
      "write",
    ]);
    expect(
      ids(apply({ type: "edit", todo: "labels survive", position: 7 })),
      "past the end is the end of the kind, never among the steps",
    ).toEqual(["nothing changes twice", "labels survive", "read", "try", "write"]);
  });

  it("are moved to where their position says they are", () => {
    for (const position of [0, 1, 2]) {
      const moved = apply({ type: "edit", todo: "try", position });
      expect(positionOf(moved, "try"), "what a second move starts from").toBe(position);
    }
  });

  it("are added at the end of their phase, else of their kind", () => {
    expect(ids(apply(add("ask", { phase: "explore" })))[4]).toBe("new ask");
    expect(ids(apply(add("ship")))[5]).toBe("new ship");
    expect(ids(apply(add("fast", { kind: "criterion" })))[2], "criteria stay above steps").toBe("new fast");
  });

  it("never show an added one twice, once it has come by the feed", () => {
    const fed = [...list, todo("01J", { content: "ship" })];
    expect(ids(applied(fed, [add("ship")], 9)).filter((id) => id.startsWith("new"))).toEqual([]);
  });

  it("can be added twice with the same words", () => {
    const known = new Set([...ids(list), "01J"]);
    const fed = [...list, todo("01J", { content: "ship" })];
    expect(applied(fed, [add("ship", { known })], 9), "the second is another one").toHaveLength(7);
  });

  it("keep their notes when one is appended", () => {
    const [, , read] = apply(
      { type: "edit", todo: "read", note: "local time" },
      { type: "edit", todo: "read", note: "UTC" },
    );
    expect(read?.notes).toEqual(["local time", "UTC"]);
  });

  it("ignore a change of one that is gone", () => {
    expect(apply({ type: "edit", todo: "gone", status: "completed" })).toBe(list);
  });
});

it("puts steps under their phases, criteria first", () => {
  expect(grouped(list).map((group) => [group.kind, group.phase, ids(group.todos)])).toEqual([
    ["criterion", null, ["labels survive", "nothing changes twice"]],
    ["step", "explore", ["read", "try"]],
    ["step", "build", ["write"]],
  ]);
});

it("does not count what was dropped", () => {
  const todos = [todo("a", { status: "completed" }), todo("b", { status: "abandoned" }), todo("c")];
  expect(progress(todos), "a dropped step must not keep an issue from being done").toEqual({
    done: 1,
    total: 2,
  });
});
