import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { QuestionField, QuestionKind, Session, SessionQuestion } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Field, Input, TextArea } from "@/design/Field";
import { Kbd } from "@/design/Kbd";
import { Markdown } from "@/design/Markdown";
import { Select } from "@/design/Select";
import { ErrorNotice } from "@/design/States";
import { Checkbox } from "@/design/Toggle";
import { readDraft, writeDraft } from "@/lib/drafts";
import { OpenChildrenDialog } from "@/parts/issues/OpenChildrenDialog";
import { openChildren } from "@/parts/issues/openChildren";
import { emptyForm, type Filled, filled, missing } from "./form";
import style from "./Question.module.css";

interface QuestionProps {
  session: Session;
  question: SessionQuestion;
  onAnswered: () => void;
}

const asks: Record<QuestionKind, string> = {
  checkpoint: "The agent stops here and waits for you",
  ask: "The agent asks",
  form: "The agent asks for some details",
};

/** What the agent waits for, and the answer: it is the next message, whenever it comes. */
export function Question({ session, question, onAnswered }: QuestionProps) {
  const draft = `question.${question.id}`;
  const answer = useCommand("session_answer", {
    onSuccess: () => {
      writeDraft(draft, null);
      onAnswered();
    },
  });
  const give = (value: unknown, sign_off = false) =>
    answer.mutate({
      project: session.project_slug,
      number: session.number,
      question: question.id,
      answer: value,
      sign_off,
      despite_children: false,
    });
  const children = openChildren(answer.error);
  return (
    <section className={style.question} aria-label={asks[question.kind]}>
      <h2 className={style.asked}>{asks[question.kind]}</h2>
      <Markdown text={question.text} slug={session.project_slug} />
      {question.kind === "form" ? (
        <FormAnswer draft={draft} fields={question.fields} busy={answer.isPending} onAnswer={give} />
      ) : (
        <WordsAnswer
          draft={draft}
          choices={question.choices}
          signs={question.kind === "checkpoint" && session.criteria_met}
          resumes={question.kind === "checkpoint"}
          busy={answer.isPending}
          onAnswer={give}
        />
      )}
      {answer.error && !children && <ErrorNotice error={answer.error} />}
      <OpenChildrenDialog
        project={session.project_slug}
        asked={children && { number: session.issue?.number ?? 0, children }}
        onClose={answer.reset}
        onResolve={() => {
          if (answer.variables) answer.mutate({ ...answer.variables, despite_children: true });
        }}
      />
    </section>
  );
}

interface WordsAnswerProps {
  /** Under which name it is kept until it is given. */
  draft: string;
  choices: readonly string[];
  /** Whether the criteria can be signed off with it. */
  signs: boolean;
  /** Whether going on needs no words. */
  resumes: boolean;
  busy: boolean;
  onAnswer: (answer: string, signOff?: boolean) => void;
}

/** A choice with one press, or own words. */
function WordsAnswer({ draft, choices, signs, resumes, busy, onAnswer }: WordsAnswerProps) {
  const [{ words }, setWords] = useKeptDraft(draft, { words: "" });
  const own = words.trim();
  const may = own !== "" || resumes;

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (may && !busy) onAnswer(own || "Go on.");
  }

  return (
    <>
      {choices.length > 0 && (
        <div className={style.choices}>
          {choices.map((choice) => (
            <Button key={choice} disabled={busy} onClick={() => onAnswer(choice)}>
              {choice}
            </Button>
          ))}
        </div>
      )}
      <Field label={choices.length > 0 ? "Or in your own words" : "Your answer"} optional={resumes}>
        <TextArea
          rows={2}
          value={words}
          onChange={(event) => setWords({ words: event.target.value })}
          onKeyDown={onKeyDown}
        />
      </Field>
      <div className={style.buttons}>
        {signs && (
          <Button kind="primary" busy={busy} onClick={() => onAnswer(own || "Signed off.", true)}>
            Sign off and resolve
          </Button>
        )}
        <Button
          kind={signs ? "secondary" : "primary"}
          busy={busy}
          disabled={!may}
          onClick={() => onAnswer(own || "Go on.")}
        >
          {resumes ? "Resume" : "Answer"} <Kbd keys="$mod+enter" />
        </Button>
      </div>
    </>
  );
}

interface FormAnswerProps {
  draft: string;
  fields: readonly QuestionField[];
  busy: boolean;
  onAnswer: (answer: Filled) => void;
}

function FormAnswer({ draft, fields, busy, onAnswer }: FormAnswerProps) {
  const [values, setValues] = useKeptDraft(draft, emptyForm(fields));
  const [tried, setTried] = useState(false);
  const put = (name: string, value: Filled[string]) => setValues({ ...values, [name]: value });

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (fields.some((field) => missing(field, values) !== null)) return;
    onAnswer(filled(fields, values));
  }

  return (
    <form className={style.form} onSubmit={submit}>
      {fields.map((field) => (
        <FormField
          key={field.name}
          field={field}
          value={values[field.name]}
          error={tried ? missing(field, values) : null}
          onChange={(value) => put(field.name, value)}
        />
      ))}
      <div className={style.buttons}>
        <Button kind="primary" type="submit" busy={busy}>
          Answer
        </Button>
      </div>
    </form>
  );
}

/** What was filled in and not given yet: it stays while one looks elsewhere. */
function useKeptDraft<T extends Record<string, unknown>>(key: string, empty: T) {
  const [draft, setDraft] = useState(() => readDraft(key, empty));
  return [
    draft,
    (next: T) => {
      setDraft(next);
      writeDraft(key, next);
    },
  ] as const;
}

interface FormFieldProps {
  field: QuestionField;
  value: Filled[string];
  error: string | null;
  onChange: (value: Filled[string]) => void;
}

function FormField({ field, value, error, onChange }: FormFieldProps) {
  const { label, kind, choices } = field;
  if (kind === "boolean") {
    return <Checkbox label={label} checked={value === true} onChange={onChange} />;
  }
  if (kind === "choices") {
    const chosen = Array.isArray(value) ? value : [];
    return (
      <fieldset className={style.many}>
        <legend>
          {label}
          {error !== null && <span className={style.missing}> – {error}</span>}
        </legend>
        {choices.map((choice) => (
          <Checkbox
            key={choice}
            label={choice}
            checked={chosen.includes(choice)}
            onChange={(on) => onChange(on ? [...chosen, choice] : chosen.filter((each) => each !== choice))}
          />
        ))}
      </fieldset>
    );
  }
  const text = typeof value === "string" ? value : "";
  return (
    <Field label={label} optional={!field.required} error={error}>
      {kind === "choice" ? (
        <Select
          label={label}
          value={text}
          choices={[
            { value: "", title: "Choose…" },
            ...choices.map((each) => ({ value: each, title: each })),
          ]}
          onChange={onChange}
        />
      ) : kind === "long_text" ? (
        <TextArea rows={4} value={text} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input
          inputMode={kind === "number" ? "decimal" : "text"}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
