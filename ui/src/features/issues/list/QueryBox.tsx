import { CircleHelp, ListFilter, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useId, useRef, useState } from "react";
import { IconButton } from "../../../design/Button";
import { Popover } from "../../../design/Popover";
import style from "./QueryBox.module.css";

interface QueryBoxProps {
  query: string;
  onChange: (query: string) => void;
  /** Enter or arrow down: on to the list. */
  onLeave: () => void;
  /** How many are shown, in words. */
  count: string | null;
  /** The filters that edit the same query. */
  chips?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** How long typing rests before the list follows; the list is local, so this only spares the history. */
const REST_MS = 120;

const language: readonly { write: string; finds: string }[] = [
  { write: "import labels", finds: "issues with both words, in title or body" },
  { write: '"second run" -docs imp*', finds: "a phrase, without a word, words that begin so" },
  { write: "is:open", finds: "or triaged, assigned, in_progress, resolved, rejected, active, closed" },
  { write: "is:ready", finds: "what can be worked on now: nothing blocks it, nobody claimed it" },
  { write: "is:running", finds: "or failed, completed: what the run does" },
  { write: "priority:high", finds: "or low, medium, critical" },
  { write: "label:bug", finds: 'what has the label; label:"two words" too' },
  { write: "by:me", finds: "who filed it" },
  { write: "#42 has:run updated:<7d", finds: "a number, with runs, changed within a week" },
  { write: "sort:priority", finds: "or newest, oldest, updated, relevance" },
];

/** The search language in one line, kept in the address. */
export function QueryBox({ query, onChange, onLeave, count, chips, ref }: QueryBoxProps) {
  const [text, setText] = useState(query);
  const [sent, setSent] = useState(query);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();
  // The address changed by a tab, a link or Back: the box follows. What is being typed is not overwritten by its echo.
  if (query !== sent) {
    setSent(query);
    setText(query);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  function send(next: string) {
    clearTimeout(timer.current);
    if (next === sent) return;
    setSent(next);
    onChange(next);
  }

  function type(next: string) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(next.trim()), REST_MS);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      send(text.trim());
      onLeave();
    }
  }

  return (
    <search className={style.box}>
      <ListFilter size={14} aria-hidden className={style.icon} />
      <input
        ref={ref}
        id={id}
        className={style.input}
        aria-label="Filter issues"
        placeholder="Filter: words, is:open, priority:high, label:bug, by:me, sort:priority"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {text !== "" && (
        <IconButton
          label="Clear the filter"
          size="small"
          onClick={() => {
            setText("");
            send("");
          }}
        >
          <X size={14} />
        </IconButton>
      )}
      {chips}
      {count !== null && <output className={style.count}>{count}</output>}
      <Popover
        label="How to filter"
        align="end"
        trigger={
          <IconButton label="How to filter" size="small">
            <CircleHelp size={14} />
          </IconButton>
        }
      >
        <dl className={style.language}>
          {language.map(({ write, finds }) => (
            <div key={write} className={style.entry}>
              <dt>
                <code>{write}</code>
              </dt>
              <dd>{finds}</dd>
            </div>
          ))}
        </dl>
      </Popover>
    </search>
  );
}
