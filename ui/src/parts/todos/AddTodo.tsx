import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { TodoKind } from "@/api/generated/bindings";
import { CONTENT_MAX } from "./limits";
import style from "./Todos.module.css";

interface AddTodoProps {
  kind: TodoKind;
  /** Answers whether it was kept. */
  onAdd: (content: string) => Promise<boolean>;
  onClose: () => void;
}

/** Where a todo is typed; Enter keeps it and goes on to the next. */
export function AddTodo({ kind, onAdd, onClose }: AddTodoProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    input.current?.focus();
    input.current?.scrollIntoView({ block: "nearest" });
  }, []);

  async function add() {
    const content = text.trim();
    if (content === "") return;
    setText("");
    const kept = await onAdd(content);
    // What was typed is given back, unless the next one was begun meanwhile.
    if (!kept) setText((now) => (now === "" ? content : now));
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      void add();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      // The focus goes on to the button that stands in this place.
      const kindElement = input.current?.closest<HTMLElement>(`.${style.kind}`);
      onClose();
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        kindElement?.querySelector<HTMLElement>(`.${style.add}`)?.focus();
      });
    }
  }

  return (
    <div className={style.adding}>
      <span className={style.box} data-status="pending" aria-hidden />
      <input
        ref={input}
        className={style.input}
        aria-label={kind === "criterion" ? "New criterion" : "New step"}
        placeholder={kind === "criterion" ? "What must hold when this is done" : "What is to be done"}
        maxLength={CONTENT_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => text.trim() === "" && onClose()}
      />
    </div>
  );
}
