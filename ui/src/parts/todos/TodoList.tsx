import { type KeyboardEvent, useRef, useState } from "react";
import { type ActionId, entryOf } from "@/actions/catalogue";
import type { Todo } from "@/api/generated/bindings";
import { matches, parseKeys } from "@/lib/keys";
import type { TodoChanges } from "./changes";
import { positionOf, type TodoGroup } from "./ops";
import { TodoRow } from "./TodoRow";
import style from "./Todos.module.css";
import { useReorder } from "./useReorder";

interface TodoListProps {
  label: string;
  /** The todos of one kind. */
  groups: readonly TodoGroup[];
  /** All todos of the issue. */
  todos: readonly Todo[];
  changes: TodoChanges;
}

/** Todos of one kind, under their phases. One of them is reached by Tab; arrows go on from there. */
export function TodoList({ label, groups, todos, changes }: TodoListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const [editing, setEditing] = useState<{ id: string; what: "content" | "note" } | null>(null);
  const own = groups.flatMap((group) => group.todos);
  const tabbable = own.some((todo) => todo.id === active) ? active : (own[0]?.id ?? null);

  /** Moves a todo by some places within its phase. */
  function move(todo: Todo, by: number) {
    const group = groups.find((each) => each.todos.includes(todo));
    const at = group?.todos.indexOf(todo) ?? -1;
    if (!group?.todos[at + by]) return;
    void changes.move(todo, positionOf(todos, todo.id) + by);
    // A row that is put elsewhere in the document loses the focus on the way.
    refocus(todo);
  }

  const { dragged, over, grip } = useReorder(list, (id, by) => {
    const todo = own.find((each) => each.id === id);
    if (todo) move(todo, by);
  });

  function focus(todo: Todo | undefined) {
    list.current?.querySelector<HTMLElement>(`[data-todo="${todo?.id}"] [role="checkbox"]`)?.focus();
  }

  /** Goes back to a todo once it is drawn, unless something else has the focus by then. */
  function refocus(todo: Todo) {
    setTimeout(() => document.activeElement === document.body && focus(todo));
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!(event.target instanceof HTMLElement) || event.target.getAttribute("role") !== "checkbox") return;
    const at = own.findIndex((each) => each.id === tabbable);
    const todo = own[at];
    if (!todo) return;
    const run = keyActions.find((action) => pressed(action, event.nativeEvent));
    if (run) act(run, todo);
    else if (event.key === "ArrowDown" || event.key === "j") focus(own[at + 1]);
    else if (event.key === "ArrowUp" || event.key === "k") focus(own[at - 1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function act(action: KeyAction, todo: Todo) {
    switch (action) {
      case "todo.done":
        void changes.setStatus(todo, todo.status === "completed" ? "pending" : "completed");
        break;
      case "todo.start":
        void changes.setStatus(todo, todo.status === "in_progress" ? "pending" : "in_progress");
        break;
      case "todo.drop":
        void changes.setStatus(todo, todo.status === "abandoned" ? "pending" : "abandoned");
        break;
      case "todo.edit":
        setEditing({ id: todo.id, what: "content" });
        break;
      case "todo.note":
        setEditing({ id: todo.id, what: "note" });
        break;
      case "todo.up":
        move(todo, -1);
        break;
      case "todo.down":
        move(todo, 1);
        break;
    }
  }

  if (own.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the checkboxes inside
    <div ref={list} onKeyDown={onKeyDown}>
      {groups.map((group) => (
        <div key={group.todos[0]?.id} className={style.group}>
          {group.phase !== null && <h5 className={style.phase}>{group.phase}</h5>}
          <ul aria-label={group.phase ?? label} data-group>
            {group.todos.map((todo) => (
              <TodoRow
                key={todo.id}
                todo={todo}
                tabbable={todo.id === tabbable}
                editing={editing?.id === todo.id ? editing.what : null}
                dragged={dragged === todo.id}
                drop={over?.id === todo.id ? over.side : null}
                grip={grip(todo.id)}
                onActive={() => setActive(todo.id)}
                onAct={(action) => act(action, todo)}
                onEdited={(text) => {
                  const what = editing?.what;
                  setEditing(null);
                  refocus(todo);
                  if (text === null) return;
                  void (what === "note" ? changes.note(todo, text) : changes.rewrite(todo, text));
                }}
              />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

const keyActions = [
  "todo.done",
  "todo.start",
  "todo.edit",
  "todo.note",
  "todo.drop",
  "todo.up",
  "todo.down",
] as const satisfies readonly ActionId[];

/** What can be done to the todo in focus. */
export type KeyAction = (typeof keyActions)[number];

function pressed(action: KeyAction, event: globalThis.KeyboardEvent): boolean {
  return (entryOf(action).keys ?? []).some((keys) => {
    const [press] = parseKeys(keys);
    return press !== undefined && matches(press, event);
  });
}
