import {
  Brain,
  Check,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  FileMinus,
  FilePen,
  FilePlus,
  FileSymlink,
  Hourglass,
  Info,
  type LucideIcon,
  ShieldAlert,
  X,
} from "lucide-react";
import { memo, type ReactNode } from "react";
import type { ChangeKind } from "@/api/generated/bindings";
import { Markdown } from "@/design/Markdown";
import { classes } from "@/lib/classes";
import { errorKindWord, heldBackWord } from "@/lib/words";
import { AnsiText } from "./AnsiText";
import style from "./OutputRowView.module.css";
import type { OutputRow } from "./rows";
import { fullInput, inputBeside } from "./toolInput";

interface OutputRowProps {
  row: OutputRow;
  open: boolean;
  onToggle: (key: number) => void;
  /** Whether the run still works, so that a call without a result is under way. */
  live: boolean;
  /** The project in which `#42` is looked for. */
  slug: string;
  /** Shows text as a terminal would, not as Markdown. */
  plain: boolean;
}

/** Longer text is not worth reading as Markdown: it is shown as it is. */
export const LONGEST_MARKDOWN = 20_000;

/** One row of a run's output. */
export const OutputRowView = memo(function OutputRowView({
  row,
  open,
  onToggle,
  live,
  slug,
  plain,
}: OutputRowProps) {
  switch (row.kind) {
    case "text":
      if (plain) {
        return (
          <div className={classes(style.raw, style.spoken)}>
            <AnsiText line={row.text} />
          </div>
        );
      }
      return (
        <div className={style.text}>
          <Words text={row.text} slug={slug} />
        </div>
      );
    case "thinking":
      return (
        <Fold
          open={open}
          onToggle={() => onToggle(row.key)}
          icon={<Brain size={14} aria-hidden />}
          title="Thinking"
          preview={firstLine(row.text)}
        >
          <p className={style.thought}>{row.text}</p>
        </Fold>
      );
    case "tool":
      return <ToolRow row={row} open={open} onToggle={() => onToggle(row.key)} live={live} />;
    case "file": {
      const Icon = fileIcon[row.change];
      return (
        <Line icon={<Icon size={14} aria-hidden />} tone={row.change}>
          {fileWord[row.change]} <code>{row.path}</code>
        </Line>
      );
    }
    case "note":
      return (
        <Line icon={<Info size={14} aria-hidden />} tone="quiet">
          {row.text}
        </Line>
      );
    case "rate_limited":
      return (
        <Line icon={<Hourglass size={14} aria-hidden />} tone="warn">
          The provider asked to wait
          {row.retryAfter === null ? "." : ` ${Math.ceil(row.retryAfter)} seconds.`}
        </Line>
      );
    case "error":
      return (
        <Line icon={<CircleAlert size={14} aria-hidden />} tone="bad" role="note">
          {row.message} <span className={style.code}>{errorKindWord[row.error]}</span>
        </Line>
      );
    case "held_back":
      return (
        <Line icon={<ShieldAlert size={14} aria-hidden />} tone="warn">
          Held back by the sandbox: {row.detail} <span className={style.code}>{heldBackWord[row.what]}</span>
        </Line>
      );
    case "raw":
      return (
        <div className={style.raw}>
          <AnsiText line={row.text} />
        </div>
      );
    case "session":
      return (
        <Line icon={<Info size={14} aria-hidden />} tone="quiet">
          {row.model ? `Session started with ${row.model}` : "Session started"}
        </Line>
      );
    case "finished":
      return (
        <div className={style.finished}>
          <Line
            icon={row.ok ? <CircleCheck size={14} aria-hidden /> : <CircleAlert size={14} aria-hidden />}
            tone={row.ok ? "good" : "bad"}
          >
            {row.ok ? "The agent finished" : "The agent stopped without finishing"}
          </Line>
          {row.summary && (
            <div className={style.text}>
              <Words text={row.summary} slug={slug} />
            </div>
          )}
        </div>
      );
    case "step":
      return <div className={style.step}>Step {row.step + 1}</div>;
  }
});

function Words({ text, slug }: { text: string; slug: string }) {
  if (text.length > LONGEST_MARKDOWN) return <pre className={style.plain}>{text}</pre>;
  return <Markdown text={text} slug={slug} className={style.markdown ?? ""} />;
}

type ToolRowData = Extract<OutputRow, { kind: "tool" }>;

function ToolRow({
  row,
  open,
  onToggle,
  live,
}: {
  row: ToolRowData;
  open: boolean;
  onToggle: () => void;
  live: boolean;
}) {
  const input = fullInput(row.input);
  const state = row.result ? (row.result.ok ? "ok" : "failed") : live ? "running" : "no result";
  return (
    <Fold
      open={open}
      onToggle={onToggle}
      icon={
        state === "ok" ? (
          <Check size={14} aria-hidden className={style.ok} />
        ) : state === "failed" ? (
          <X size={14} aria-hidden className={style.failed} />
        ) : (
          <span className={classes(style.dot, state === "running" && style.busy)} aria-hidden />
        )
      }
      title={row.name ?? "Result of an earlier call"}
      state={state}
      preview={
        inputBeside(row.name, row.input) || (row.name === null ? firstLine(row.result?.output ?? "") : "")
      }
      mono
    >
      {input && <pre className={style.block}>{input}</pre>}
      {row.result && (
        <pre className={classes(style.block, !row.result.ok && style.failedBlock)}>
          {row.result.output ? (
            <AnsiText line={row.result.output} />
          ) : (
            <span className={style.empty}>No output</span>
          )}
        </pre>
      )}
    </Fold>
  );
}

interface FoldProps {
  open: boolean;
  onToggle: () => void;
  icon: ReactNode;
  title: string;
  preview: string;
  /** In words, for whoever does not see the icon. */
  state?: string;
  mono?: boolean;
  children: ReactNode;
}

function Fold({ open, onToggle, icon, title, preview, state, mono, children }: FoldProps) {
  return (
    <div className={style.fold}>
      <button type="button" className={style.head} aria-expanded={open} onClick={onToggle}>
        <span className={style.icon}>{icon}</span>
        <span className={style.title}>{title}</span>
        {state && <span className="visually-hidden">, {state}</span>}
        <span className={classes(style.preview, mono && style.mono)}>{preview}</span>
        <ChevronRight size={14} aria-hidden className={style.chevron} />
      </button>
      {open && <div className={style.content}>{children}</div>}
    </div>
  );
}

type Tone = "quiet" | "good" | "bad" | "warn" | ChangeKind;

function Line({
  icon,
  tone,
  role,
  children,
}: {
  icon: ReactNode;
  tone: Tone;
  role?: "note";
  children: ReactNode;
}) {
  return (
    <div className={classes(style.line, style[tone])} role={role}>
      <span className={style.icon}>{icon}</span>
      <span className={style.words}>{children}</span>
    </div>
  );
}

const fileIcon: Record<ChangeKind, LucideIcon> = {
  added: FilePlus,
  modified: FilePen,
  deleted: FileMinus,
  renamed: FileSymlink,
};

const fileWord: Record<ChangeKind, string> = {
  added: "Added",
  modified: "Changed",
  deleted: "Deleted",
  renamed: "Renamed",
};

function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0]?.slice(0, 200) ?? "";
}
