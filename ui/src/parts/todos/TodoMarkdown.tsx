import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { call } from "@/api/client";
import type { Todos } from "@/api/generated/bindings";
import { queryKey } from "@/api/queries";
import { Button } from "@/design/Button";
import { Kbd } from "@/design/Kbd";
import { ErrorNotice, Notice } from "@/design/States";
import { toast, toastError } from "@/design/toasts";
import { classes } from "@/lib/classes";
import { readDraft, writeDraft } from "@/lib/drafts";
import { counted } from "@/lib/numbers";
import { sentence } from "@/lib/words";
import { CallError } from "@/platform";
import { type LineFault, lineFaults } from "./faults";
import style from "./TodoMarkdown.module.css";

interface TodoMarkdownProps {
  project: string;
  number: number;
  /** The list as it is now. */
  markdown: string;
  onClose: () => void;
}

const EXAMPLE = "## Criteria\n- [ ] what must hold when this is done\n## Steps\n- [ ] what is to be done\n";

/** `before` says which list was edited; this one stands for none. */
export const noDraft = { text: "", before: "\0" };

export function markdownDraft(project: string, number: number): string {
  return `todos.${project}.${number}`;
}

/** The todos as text, and back. What is typed survives a refusal, a conflict and a reload. */
export function TodoMarkdown({ project, number, markdown, onClose }: TodoMarkdownProps) {
  const client = useQueryClient();
  const place = markdownDraft(project, number);
  const area = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState(() => {
    const kept = readDraft(place, noDraft);
    return kept.before === noDraft.before ? { text: markdown || EXAMPLE, before: markdown } : kept;
  });
  const [faults, setFaults] = useState<LineFault[]>([]);
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [comparing, setComparing] = useState(false);
  const newer = draft.before !== markdown;

  useEffect(() => area.current?.focus(), []);

  function keep(text: string, before = draft.before) {
    setDraft({ text, before });
    setFaults([]);
    setRefused(null);
    writeDraft(place, text === before ? null : { text, before });
  }

  function close() {
    writeDraft(place, null);
    onClose();
  }

  async function save(before = draft.before) {
    if (busy) return;
    setBusy(true);
    setRefused(null);
    try {
      const todos = await call("todo_set", { project, number, markdown: draft.text, before });
      client.setQueryData<Todos>(queryKey("todo_list", { project, number }), todos);
      if (todos.markdown !== before) {
        toast({
          title: `Todos of #${number} changed`,
          undo: () => putBack(before, todos.markdown),
        });
      }
      close();
    } catch (error) {
      setBusy(false);
      const lines = lineFaults(error);
      setFaults(lines);
      if (lines.length > 0) goTo(lines[0]?.line ?? 1);
      else if (error instanceof CallError && error.code === "conflict") {
        await client.invalidateQueries({ queryKey: queryKey("todo_list", { project, number }) });
      } else setRefused(error);
    }
  }

  async function putBack(former: string, now: string) {
    try {
      const todos = await call("todo_set", { project, number, markdown: former, before: now });
      client.setQueryData<Todos>(queryKey("todo_list", { project, number }), todos);
    } catch (error) {
      toastError(`The todos of #${number} were not put back`, error);
    }
  }

  function goTo(line: number) {
    const lines = draft.text.split("\n");
    const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      event.stopPropagation();
      void save();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (draft.text === draft.before || draft.text === EXAMPLE) close();
      else area.current?.blur();
    }
  }

  const faulty = new Set(faults.map((fault) => fault.line));
  return (
    <div className={style.editing}>
      <div className={style.editor}>
        <div className={style.gutter} aria-hidden>
          {draft.text.split("\n").map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <div key={index} className={classes(faulty.has(index + 1) && style.faulty)}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          className={style.area}
          aria-label="Todos as Markdown"
          aria-invalid={faults.length > 0 || undefined}
          aria-describedby={faults.length > 0 ? `todo-faults-${number}` : undefined}
          wrap="off"
          spellCheck={false}
          rows={draft.text.split("\n").length}
          value={draft.text}
          onChange={(event) => keep(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      {faults.length > 0 && (
        <div id={`todo-faults-${number}`}>
          <Notice
            tone="bad"
            title={`${counted(faults.length, "line")} could not be read. Nothing was changed.`}
          >
            <ul>
              {faults.map((fault) => (
                <li key={`${fault.line} ${fault.what}`}>
                  <button type="button" className={style.jump} onClick={() => goTo(fault.line)}>
                    Line {fault.line}
                  </button>
                  {": "}
                  {sentence(fault.what)}
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
      {newer && (
        <Notice
          tone="warn"
          title="The list was changed elsewhere since you began."
          action={
            <Button size="small" aria-expanded={comparing} onClick={() => setComparing(!comparing)}>
              {comparing ? "Hide the newer list" : "See the newer list"}
            </Button>
          }
        >
          Your text is kept here until you choose one of the two.
        </Notice>
      )}
      {newer && comparing && (
        <section className={style.newer} aria-label="The newer list">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{markdown || "The list is empty now."}</pre>
          <div className={style.choices}>
            <Button size="small" onClick={close}>
              Use the newer list
            </Button>
            <Button size="small" busy={busy} onClick={() => void save(markdown)}>
              Replace it with mine
            </Button>
          </div>
        </section>
      )}
      {refused !== null && <ErrorNotice error={refused} />}
      <div className={style.foot}>
        <span className={style.legend}>
          <code>[ ]</code> open · <code>[x]</code> done · <code>[&gt;]</code> in progress · <code>[-]</code>{" "}
          dropped · <code>###</code> phase
        </span>
        <Button kind="quiet" onClick={close}>
          Cancel
        </Button>
        <Button kind="primary" busy={busy} disabled={newer} onClick={() => void save()}>
          Save <Kbd keys="$mod+enter" />
        </Button>
      </div>
    </div>
  );
}
