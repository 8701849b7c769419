import { ListChecks, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { useActions } from "@/actions/useActions";
import type { TodoKind } from "@/api/generated/bindings";
import { Button } from "@/design/Button";
import { ErrorNotice } from "@/design/States";
import { TodoProgress } from "@/design/TodoProgress";
import { readDraft } from "@/lib/drafts";
import { AddTodo } from "./AddTodo";
import { grouped, progress } from "./ops";
import { TodoList } from "./TodoList";
import { markdownDraft, noDraft, TodoMarkdown } from "./TodoMarkdown";
import style from "./Todos.module.css";
import { useTodos } from "./useTodos";

interface TodosProps {
  project: string;
  number: number;
}

const heading: Record<TodoKind, string> = { criterion: "Criteria", step: "Steps" };

/** What is to be done on an issue: when it counts as done, above the steps that lead there. */
export function Todos({ project, number }: TodosProps) {
  const { items, markdown, busy, error, changes } = useTodos(project, number);
  const [asMarkdown, setAsMarkdown] = useState(
    () => readDraft(markdownDraft(project, number), noDraft).before !== noDraft.before,
  );
  const [adding, setAdding] = useState<TodoKind | null>(null);
  const toggle = useRef<HTMLButtonElement>(null);
  const add = (kind: TodoKind) => {
    setAsMarkdown(false);
    setAdding(kind);
  };

  useActions({
    "todo.add-criterion": () => add("criterion"),
    "todo.add-step": () => add("step"),
    "todo.markdown": { when: () => markdown !== undefined, run: () => setAsMarkdown(true) },
  });

  if (!items) {
    if (!error) return null;
    return (
      <section className={style.todos} aria-label="Todos">
        <h3 className={style.heading}>Todos</h3>
        <ErrorNotice error={error} />
      </section>
    );
  }
  const groups = grouped(items);
  const { done, total } = progress(items);
  const empty = items.length === 0 && adding === null && !asMarkdown;
  return (
    <section className={style.todos} aria-label="Todos" aria-busy={busy || undefined}>
      <div className={style.head}>
        <h3 className={style.heading}>Todos</h3>
        <TodoProgress done={done} total={total} />
        {!empty && (
          <Button
            ref={toggle}
            kind="quiet"
            size="small"
            className={style.toggle}
            aria-pressed={asMarkdown}
            disabled={busy || markdown === undefined}
            onClick={() => setAsMarkdown(!asMarkdown)}
          >
            Markdown
          </Button>
        )}
      </div>
      {asMarkdown && markdown !== undefined ? (
        <TodoMarkdown
          project={project}
          number={number}
          markdown={markdown}
          onClose={() => {
            setAsMarkdown(false);
            toggle.current?.focus();
          }}
        />
      ) : empty ? (
        <div className={style.empty}>
          <ListChecks size={16} aria-hidden />
          <p>Criteria say when this is done; steps are the plan that leads there.</p>
          <Button size="small" onClick={() => add("criterion")}>
            Add a criterion
          </Button>
          <Button size="small" onClick={() => add("step")}>
            Add a step
          </Button>
        </div>
      ) : (
        (["criterion", "step"] as const).map((kind) => {
          const ofKind = groups.filter((group) => group.kind === kind);
          return (
            <div key={kind} className={style.kind}>
              {(ofKind.length > 0 || adding === kind) && (
                <h4 className={style.kindHeading}>{heading[kind]}</h4>
              )}
              <TodoList label={heading[kind]} groups={ofKind} todos={items} changes={changes} />
              {adding === kind ? (
                <AddTodo
                  kind={kind}
                  onAdd={(content) => changes.add(kind, content, ofKind.at(-1)?.phase ?? null)}
                  onClose={() => setAdding(null)}
                />
              ) : (
                <Button
                  kind="quiet"
                  size="small"
                  className={style.add}
                  icon={<Plus size={14} aria-hidden />}
                  onClick={() => add(kind)}
                >
                  {kind === "criterion" ? "Add a criterion" : "Add a step"}
                </Button>
              )}
            </div>
          );
        })
      )}
    </section>
  );
}
