import { Pencil } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { TITLE_MAX, titleLength } from "@/parts/issues/limits";
import { keysOf } from "../../../actions/catalogue";
import { IconButton } from "../../../design/Button";
import { classes } from "../../../lib/classes";
import style from "./TitleLine.module.css";

interface TitleLineProps {
  title: string;
  editing: boolean;
  onEdit: () => void;
  /** Ends the edit; with a title when it is to be saved. */
  onDone: (title: string | null) => void;
}

/** The title; a press on it, or `e`, edits it in place. */
export function TitleLine({ title, editing, onEdit, onDone }: TitleLineProps) {
  if (editing) return <TitleEdit title={title} onDone={onDone} />;
  return (
    <div className={style.line}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button beside it, and `e`, do the same */}
      <h2
        className={style.title}
        onClick={() => {
          // Words may be selected to copy them.
          if (getSelection()?.isCollapsed ?? true) onEdit();
        }}
      >
        {title}
      </h2>
      <IconButton
        label="Edit the title"
        keys={keysOf("issue.edit") ?? ""}
        size="small"
        className={style.pencil}
        onClick={onEdit}
      >
        <Pencil size={14} />
      </IconButton>
    </div>
  );
}

function TitleEdit({ title, onDone }: Pick<TitleLineProps, "title" | "onDone">) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(title);
  const done = useRef(false);
  const length = titleLength(text);
  const over = length > TITLE_MAX;

  useEffect(() => {
    area.current?.focus();
    area.current?.select();
  }, []);

  function finish(save: boolean) {
    // Leaving the field ends the edit too; it must not end twice.
    if (done.current) return;
    const next = text.trim();
    if (save && over) return;
    done.current = true;
    onDone(save && next !== "" && next !== title ? next : null);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      finish(event.key === "Enter");
    }
  }

  return (
    <div className={style.edit}>
      <textarea
        ref={area}
        className={classes(style.title, style.area)}
        aria-label="Title"
        aria-invalid={over || undefined}
        rows={1}
        value={text}
        onChange={(event) => setText(event.target.value.replace(/\n/g, " "))}
        onKeyDown={onKeyDown}
        onBlur={() => finish(true)}
      />
      {length > TITLE_MAX - 30 && (
        <output className={classes(style.count, over && style.over)}>
          {over ? `${length - TITLE_MAX} too many` : `${TITLE_MAX - length} left`}
        </output>
      )}
    </div>
  );
}
