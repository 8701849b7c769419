import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Todo, Todos } from "@/api/generated/bindings";
import { queryKey } from "@/api/queries";
import { pendingOps, type TodoChanges, todoChanges } from "./changes";
import { applied } from "./ops";

const { call } = vi.hoisted(() => ({ call: vi.fn() }));
vi.mock("@/api/client", () => ({ call }));
const { toast, toastError } = vi.hoisted(() => ({ toast: vi.fn(), toastError: vi.fn() }));
vi.mock("@/design/toasts", () => ({ toast, toastError }));

const key = queryKey("todo_list", { project: "demo", number: 1 });
let client: QueryClient;
let changes: TodoChanges;

function todo(id: string, more: Partial<Todo> = {}): Todo {
  const made = { kind: "step", content: id, status: "pending", phase: null, notes: [] } as const;
  const times = { created_at: 0, updated_at: 0, completed_at: null };
  return { id, ...made, notes: [], origin_agent: null, ...times, ...more };
}
const answer = (...items: Todo[]): Todos => ({ items, markdown: "" });
const shown = () =>
  applied(client.getQueryData<Todos>(key)?.items ?? [], pendingOps("demo", 1), 0).map((each) => [
    each.content,
    each.status,
  ]);

/** A promise that the test settles. */
function deferred() {
  let resolve: (value: Todos) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Todos>((good, bad) => {
    resolve = good;
    reject = bad;
  });
  return { promise, resolve, reject };
}

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(key, answer(todo("a"), todo("b")));
  changes = todoChanges(client, "demo", 1);
});

afterEach(() => {
  vi.clearAllMocks();
  client.clear();
});

it("shows a tick before Waybill has answered, and takes it back when it is refused", async () => {
  const first = deferred();
  call.mockReturnValueOnce(first.promise);
  const done = changes.setStatus(todo("a"), "completed");
  expect(shown()[0], "one keystroke, one frame").toEqual(["a", "completed"]);
  first.reject(new Error("the disk is full"));
  expect(await done).toBe(false);
  expect(shown()[0], "a screen that lies is worse than a slow one").toEqual(["a", "pending"]);
  expect(toastError).toHaveBeenCalledOnce();
});

it("sends one after the other, and keeps the second when the first is refused", async () => {
  const first = deferred();
  call.mockReturnValueOnce(first.promise);
  call.mockResolvedValueOnce(answer(todo("a"), todo("b", { status: "completed" })));
  const one = changes.setStatus(todo("a"), "completed");
  const two = changes.setStatus(todo("b"), "completed");
  await vi.waitFor(() => expect(call).toHaveBeenCalledTimes(1));
  first.reject(new Error("refused"));
  await Promise.all([one, two]);
  expect(shown()).toEqual([
    ["a", "pending"],
    ["b", "completed"],
  ]);
  expect(pendingOps("demo", 1), "nothing is left on its way").toEqual([]);
});

it("never shows the answer to a first change without the second", async () => {
  const [first, second] = [deferred(), deferred()];
  call.mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise);
  const one = changes.setStatus(todo("a"), "completed");
  const two = changes.setStatus(todo("b"), "completed");
  first.resolve(answer(todo("a", { status: "completed" }), todo("b")));
  await one;
  expect(shown()[1], "a tick that flickers looks lost").toEqual(["b", "completed"]);
  second.resolve(answer(todo("a", { status: "completed" }), todo("b", { status: "completed" })));
  await two;
});

it("ticks one that was added a moment ago, by the id that Waybill gave it", async () => {
  const added = deferred();
  call.mockReturnValueOnce(added.promise);
  const one = changes.add("step", "c", null);
  const [op] = pendingOps("demo", 1);
  const made = op?.type === "add" ? op.id : "";
  call.mockResolvedValueOnce(
    answer(todo("a"), todo("b"), todo("01J", { content: "c", status: "completed" })),
  );
  const two = changes.setStatus(todo(made, { content: "c" }), "completed");
  added.resolve(answer(todo("a"), todo("b"), todo("01J", { content: "c" })));
  await Promise.all([one, two]);
  expect(call).toHaveBeenLastCalledWith("todo_edit", {
    project: "demo",
    number: 1,
    todo: "01J",
    status: "completed",
  });
});

it("offers to take back a drop, and puts back what was dropped as it was", async () => {
  call.mockResolvedValue(answer(todo("a", { status: "abandoned" }), todo("b")));
  await changes.setStatus(todo("a", { status: "in_progress" }), "abandoned");
  const [said] = toast.mock.calls[0] as [{ title: string; undo: () => Promise<void> }];
  expect(said.title).toBe("“a” dropped");
  await said.undo();
  expect(call).toHaveBeenLastCalledWith("todo_edit", {
    project: "demo",
    number: 1,
    todo: "a",
    status: "in_progress",
  });
});
