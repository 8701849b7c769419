// What a person does to the todos of an issue, and what that makes of the list before Waybill has answered. Pure.

import type { Todo, TodoKind, TodoStatus } from "@/api/generated/bindings";

/** A change on its way to Waybill. */
export type TodoOp =
  | { type: "edit"; todo: string; content?: string; status?: TodoStatus; note?: string; position?: number }
  | {
      type: "add";
      /** Stands for the todo until Waybill has named it. */
      id: string;
      kind: TodoKind;
      content: string;
      phase: string | null;
      /** The todos that were there before: another one of these words is the answer. */
      known: ReadonlySet<string>;
    };

/** The list with the changes that are on their way. */
export function applied(todos: readonly Todo[], ops: readonly TodoOp[], now: number): readonly Todo[] {
  return ops.reduce((list, op) => (op.type === "add" ? added(list, op, now) : edited(list, op, now)), todos);
}

function added(todos: readonly Todo[], op: Extract<TodoOp, { type: "add" }>, now: number): readonly Todo[] {
  const answered = todos.some(
    (todo) => !op.known.has(todo.id) && todo.kind === op.kind && todo.content === op.content,
  );
  if (answered) return todos;
  const made: Todo = {
    id: op.id,
    kind: op.kind,
    content: op.content,
    status: "pending",
    phase: op.phase,
    notes: [],
    origin_agent: null,
    created_at: now,
    updated_at: now,
    completed_at: null,
  };
  const at = placeOfNew(todos, op.kind, op.phase);
  return [...todos.slice(0, at), made, ...todos.slice(at)];
}

/** Behind the last of its phase, else behind the last of its kind; criteria stand above steps. */
function placeOfNew(todos: readonly Todo[], kind: TodoKind, phase: string | null): number {
  const last = (fits: (todo: Todo) => boolean) => todos.findLastIndex(fits) + 1;
  const inPhase = phase === null ? 0 : last((todo) => todo.kind === kind && todo.phase === phase);
  const ofKind = last((todo) => todo.kind === kind);
  return inPhase || ofKind || (kind === "criterion" ? 0 : todos.length);
}

function edited(todos: readonly Todo[], op: Extract<TodoOp, { type: "edit" }>, now: number): readonly Todo[] {
  const old = todos.find((todo) => todo.id === op.todo);
  if (!old) return todos;
  const next: Todo = {
    ...old,
    content: op.content ?? old.content,
    status: op.status ?? old.status,
    notes: op.note === undefined ? old.notes : [...old.notes, op.note],
    completed_at: op.status === undefined ? old.completed_at : op.status === "completed" ? now : null,
    updated_at: now,
  };
  const list = todos.map((todo) => {
    if (todo.id === op.todo) return next;
    // At most one is in progress (SPEC 3).
    return op.status === "in_progress" && todo.status === "in_progress"
      ? { ...todo, status: "pending" as const }
      : todo;
  });
  return op.position === undefined ? list : moved(list, next, op.position);
}

/** The list with one todo at another place among its kind. */
function moved(todos: readonly Todo[], todo: Todo, position: number): readonly Todo[] {
  const others = todos.filter((each) => each.id !== todo.id);
  const ofKind = others.filter((each) => each.kind === todo.kind);
  const before = ofKind[Math.max(0, position)];
  const lastOfKind = ofKind.at(-1);
  const at = before
    ? others.indexOf(before)
    : lastOfKind
      ? others.indexOf(lastOfKind) + 1
      : todos.indexOf(todo);
  return [...others.slice(0, at), todo, ...others.slice(at)];
}

/** The place of a todo among its kind, as `todo_edit` counts it. */
export function positionOf(todos: readonly Todo[], id: string): number {
  const kind = todos.find((todo) => todo.id === id)?.kind;
  return todos.filter((todo) => todo.kind === kind).findIndex((todo) => todo.id === id);
}

/** Todos under one heading. */
export interface TodoGroup {
  kind: TodoKind;
  phase: string | null;
  todos: Todo[];
}

/** Criteria above steps; a run of steps of one phase stands under it. */
export function grouped(todos: readonly Todo[]): TodoGroup[] {
  const groups: TodoGroup[] = [];
  for (const kind of ["criterion", "step"] as const) {
    for (const todo of todos.filter((each) => each.kind === kind)) {
      const last = groups.at(-1);
      if (last?.kind === kind && last.phase === todo.phase) last.todos.push(todo);
      else groups.push({ kind, phase: todo.phase, todos: [todo] });
    }
  }
  return groups;
}

/** How many todos count, and how many of them are done. */
export function progress(todos: readonly Todo[]): { done: number; total: number } {
  return {
    done: todos.filter((todo) => todo.status === "completed").length,
    total: todos.filter((todo) => todo.status !== "abandoned").length,
  };
}
