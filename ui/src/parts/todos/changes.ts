// Changes of todos: shown at once, sent one after the other, taken back when Waybill refuses them.

import type { QueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Todo, TodoKind, TodoStatus, Todos } from "@/api/generated/bindings";
import { queryKey } from "@/api/queries";
import { toast, toastError } from "@/design/toasts";
import type { TodoOp } from "./ops";

export interface TodoChanges {
  add(kind: TodoKind, content: string, phase: string | null): Promise<boolean>;
  setStatus(todo: Todo, status: TodoStatus): Promise<boolean>;
  rewrite(todo: Todo, content: string): Promise<boolean>;
  note(todo: Todo, text: string): Promise<boolean>;
  /** To another place among its kind, counted from 0. */
  move(todo: Todo, position: number): Promise<boolean>;
}

interface Pending {
  ops: readonly TodoOp[];
  /** Ends when all that was asked for before has been answered. */
  before: Promise<unknown>;
}

const none: Pending = { ops: [], before: Promise.resolve() };
const pending = new Map<string, Pending>();
const listeners = new Set<() => void>();
let made = 0;

/** What is on its way for the todos of an issue. */
export function pendingOps(project: string, number: number): readonly TodoOp[] {
  return (pending.get(key(project, number)) ?? none).ops;
}

export function subscribePending(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function todoChanges(client: QueryClient, project: string, number: number): TodoChanges {
  const edit = (
    todo: Todo,
    change: Omit<Extract<TodoOp, { type: "edit" }>, "type" | "todo">,
    failed: string,
  ) => carryOut(client, project, number, { type: "edit", todo: todo.id, ...change }, failed);
  return {
    add(kind, content, phase) {
      made += 1;
      const known = new Set(listed(client, project, number).map((todo) => todo.id));
      const op = { type: "add", id: `new-${made}`, kind, content, phase, known } as const;
      return carryOut(client, project, number, op, `“${content}” was not added`);
    },
    async setStatus(todo, status) {
      const former = todo.status;
      const kept = await edit(todo, { status }, `“${todo.content}” was not changed`);
      if (kept && status === "abandoned") {
        toast({
          title: `“${todo.content}” dropped`,
          undo: () => edit(todo, { status: former }, `“${todo.content}” was not taken up again`),
        });
      }
      return kept;
    },
    rewrite: (todo, content) => edit(todo, { content }, `“${todo.content}” was not changed`),
    note: (todo, text) => edit(todo, { note: text }, `The note on “${todo.content}” was not kept`),
    move: (todo, position) => edit(todo, { position }, `“${todo.content}” was not moved`),
  };
}

function carryOut(
  client: QueryClient,
  project: string,
  number: number,
  op: TodoOp,
  failed: string,
): Promise<boolean> {
  const place = key(project, number);
  const { ops, before } = pending.get(place) ?? none;
  const done = before.then(async () => {
    try {
      const todos = await ask(project, number, op);
      client.setQueryData<Todos>(queryKey("todo_list", { project, number }), todos);
      settle(place, op, todos);
      return true;
    } catch (error) {
      settle(place, op, null);
      void client.invalidateQueries({ queryKey: queryKey("todo_list", { project, number }) });
      toastError(failed, error);
      return false;
    }
  });
  set(place, { ops: [...ops, op], before: done });
  return done;
}

function ask(project: string, number: number, op: TodoOp): Promise<Todos> {
  if (op.type === "add") {
    const { kind, content, phase } = op;
    return call("todo_add", { project, number, kind, content, ...(phase === null ? {} : { phase }) });
  }
  const { type, ...change } = op;
  return call("todo_edit", { project, number, ...change });
}

/** Takes out what was answered; what names an added todo by its makeshift id learns the real one. */
function settle(place: string, op: TodoOp, answer: Todos | null): void {
  const { ops, before } = pending.get(place) ?? none;
  const id = op.type === "add" ? idOf(op, answer) : undefined;
  for (const each of ops) {
    if (id && op.type === "add" && each.type === "edit" && each.todo === op.id) each.todo = id;
  }
  set(place, { ops: ops.filter((each) => each !== op), before });
}

function idOf(op: Extract<TodoOp, { type: "add" }>, answer: Todos | null): string | undefined {
  return answer?.items.find(
    (todo) => !op.known.has(todo.id) && todo.kind === op.kind && todo.content === op.content,
  )?.id;
}

function listed(client: QueryClient, project: string, number: number): readonly Todo[] {
  return client.getQueryData<Todos>(queryKey("todo_list", { project, number }))?.items ?? [];
}

function set(place: string, next: Pending): void {
  if (next.ops.length === 0) pending.delete(place);
  else pending.set(place, next);
  for (const listener of listeners) listener();
}

function key(project: string, number: number): string {
  return `${project}/${number}`;
}
