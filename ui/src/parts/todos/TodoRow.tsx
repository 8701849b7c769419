import { Bot, Check, GripVertical, Minus, MoreHorizontal, Play } from "lucide-react";
import { type HTMLAttributes, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { keysOf } from "@/actions/catalogue";
import type { Todo, TodoStatus } from "@/api/generated/bindings";
import { IconButton } from "@/design/Button";
import { Menu, type MenuItem } from "@/design/Menu";
import { Words } from "@/design/Words";
import { classes } from "@/lib/classes";
import { counted } from "@/lib/numbers";
import { CONTENT_MAX } from "./limits";
import type { KeyAction } from "./TodoList";
import style from "./Todos.module.css";

interface TodoRowProps {
  todo: Todo;
  tabbable: boolean;
  editing: "content" | "note" | null;
  dragged: boolean;
  /** Where what is dragged would come to stand. */
  drop: "above" | "below" | null;
  grip: HTMLAttributes<HTMLElement>;
  onActive: () => void;
  onAct: (action: KeyAction) => void;
  /** Ends an edit; with a text when it is to be kept. */
  onEdited: (text: string | null) => void;
}

/** One todo: its mark, its words, and its notes, folded. */
export function TodoRow({
  todo,
  tabbable,
  editing,
  dragged,
  drop,
  grip,
  onActive,
  onAct,
  onEdited,
}: TodoRowProps) {
  const [unfolded, setUnfolded] = useState(false);
  const open = unfolded || editing === "note";
  const notes = todo.notes.length;
  return (
    <li
      className={classes(style.todo, dragged && style.dragged)}
      data-todo={todo.id}
      data-status={todo.status}
      data-drop={drop ?? undefined}
    >
      <span className={style.grip} {...grip} aria-hidden>
        <GripVertical size={14} />
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: an input could not show the four states of a todo */}
      <button
        type="button"
        role="checkbox"
        aria-checked={todo.status === "completed"}
        aria-label={`${todo.content}${stateWord[todo.status]}`}
        aria-keyshortcuts="Space"
        className={style.box}
        data-status={todo.status}
        tabIndex={tabbable ? 0 : -1}
        onFocus={onActive}
        onClick={() => onAct("todo.done")}
      >
        {marks[todo.status]}
      </button>
      <div className={style.text}>
        {editing === "content" ? (
          <Line label="Todo" initial={todo.content} onDone={onEdited} />
        ) : (
          // biome-ignore lint/a11y/useKeyWithClickEvents: enter on the mark, and the menu, do the same
          // biome-ignore lint/a11y/noStaticElementInteractions: as above
          <span
            className={style.content}
            onClick={() => {
              if (getSelection()?.isCollapsed ?? true) onAct("todo.edit");
            }}
          >
            <Words text={todo.content} />
          </span>
        )}
        {(notes > 0 || todo.origin_agent !== null) && (
          <span className={style.meta}>
            {todo.origin_agent !== null && (
              <span className={style.origin} title={`Written by ${todo.origin_agent}`}>
                <Bot size={12} aria-hidden />
                <span className="visually-hidden">by {todo.origin_agent}</span>
              </span>
            )}
            {notes > 0 && (
              <button
                type="button"
                className={style.fold}
                aria-expanded={open}
                tabIndex={tabbable ? 0 : -1}
                onClick={() => setUnfolded(!open)}
              >
                {counted(notes, "note")}
              </button>
            )}
          </span>
        )}
        {open && notes > 0 && (
          <ul className={style.notes} aria-label="Notes">
            {todo.notes.map((note, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: notes are only ever added at the end
              <li key={index}>
                <Words text={note} />
              </li>
            ))}
          </ul>
        )}
        {editing === "note" && <Line label="Note" initial="" placeholder="Write a note" onDone={onEdited} />}
      </div>
      <div className={style.actions}>
        <Menu
          align="end"
          trigger={
            <IconButton label="Todo" size="small" tabIndex={tabbable ? 0 : -1} onFocus={onActive}>
              <MoreHorizontal size={14} />
            </IconButton>
          }
          groups={menu(todo, onAct)}
        />
      </div>
    </li>
  );
}

const stateWord: Record<TodoStatus, string> = {
  pending: "",
  in_progress: ", in progress",
  completed: "",
  abandoned: ", dropped",
};

const marks: Record<TodoStatus, ReactNode> = {
  pending: null,
  in_progress: <Play size={8} fill="currentColor" aria-hidden />,
  completed: <Check size={12} strokeWidth={3} aria-hidden />,
  abandoned: <Minus size={12} strokeWidth={2.5} aria-hidden />,
};

function menu(todo: Todo, onAct: (action: KeyAction) => void) {
  const item = (action: KeyAction, title: string): MenuItem => ({
    id: action,
    title,
    keys: keysOf(action),
    // The menu gives the focus back first.
    onSelect: () => setTimeout(() => onAct(action)),
  });
  return [
    {
      items: [
        item("todo.done", todo.status === "completed" ? "Not done" : "Done"),
        item("todo.start", todo.status === "in_progress" ? "Stop" : "Start"),
      ],
    },
    { items: [item("todo.edit", "Edit"), item("todo.note", "Add a note")] },
    { items: [item("todo.up", "Move up"), item("todo.down", "Move down")] },
    { items: [item("todo.drop", todo.status === "abandoned" ? "Take up again" : "Drop")] },
  ];
}

interface LineProps {
  label: string;
  initial: string;
  placeholder?: string;
  onDone: (text: string | null) => void;
}

/** One line that is typed in place: Enter and leaving it keep it, Escape does not. */
function Line({ label, initial, placeholder, onDone }: LineProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const done = useRef(false);
  const [text, setText] = useState(initial);
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(initial.length, initial.length);
  }, [initial]);

  function finish(keep: boolean) {
    if (done.current) return;
    done.current = true;
    const next = text.trim();
    onDone(keep && next !== "" && next !== initial ? next : null);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    finish(event.key === "Enter");
  }

  return (
    <textarea
      ref={area}
      className={style.line}
      aria-label={label}
      placeholder={placeholder}
      rows={1}
      maxLength={CONTENT_MAX}
      value={text}
      onChange={(event) => setText(event.target.value.replace(/\n/g, " "))}
      onKeyDown={onKeyDown}
      onBlur={() => finish(true)}
    />
  );
}
