import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "../lib/classes";
import { copyText } from "../lib/clipboard";
import { sentence } from "../lib/words";
import { CallError } from "../platform";
import { Button } from "./Button";
import style from "./States.module.css";
import { toast } from "./toasts";
import { Words } from "./Words";

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What the place is for, and the first step. */
  children?: ReactNode;
  actions?: ReactNode;
}

export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={style.state}>
      {icon && <div className={style.icon}>{icon}</div>}
      <h2 className={style.title}>{title}</h2>
      {children && <div className={style.text}>{children}</div>}
      {actions && <div className={style.actions}>{actions}</div>}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  /** What did not work: "The run could not be loaded". */
  title?: string;
  onRetry?: (() => void) | undefined;
}

/** What happened, what to do, and the details to copy. */
export function ErrorState({ error, title, onRetry }: ErrorStateProps) {
  const { message, hint, code } = readError(error);
  return (
    <div className={style.state} role="alert">
      <div className={classes(style.icon, style.bad)}>
        <CircleAlert size={20} aria-hidden />
      </div>
      <h2 className={style.title}>
        <Words text={title ?? message} />
      </h2>
      {(title || hint) && (
        <div className={style.text}>
          {title && (
            <p>
              <Words text={message} />
            </p>
          )}
          {hint && (
            <p>
              <Words text={hint} />
            </p>
          )}
        </div>
      )}
      <div className={style.actions}>
        {onRetry && <Button onClick={onRetry}>Try again</Button>}
        <CopyDetails error={error} />
      </div>
      <div className={style.code}>{code}</div>
    </div>
  );
}

/** Copies everything known about an error, for a report. */
export function CopyDetails({ error }: { error: unknown }) {
  return (
    <Button
      kind="quiet"
      onClick={async () => {
        const copied = await copyText(errorDetails(error));
        toast({ title: copied ? "Details copied" : "The clipboard could not be written" });
      }}
    >
      Copy details
    </Button>
  );
}

/** The parts of an error that a person reads. */
export function readError(error: unknown): { message: string; hint: string | null; code: string } {
  if (error instanceof CallError) {
    return { message: sentence(error.message), hint: error.hint && sentence(error.hint), code: error.code };
  }
  return {
    message: sentence(error instanceof Error ? error.message : String(error)),
    hint: null,
    code: "unexpected",
  };
}

function errorDetails(error: unknown): string {
  const { message, hint, code } = readError(error);
  return [
    message,
    hint,
    `code: ${code}`,
    error instanceof CallError ? `command: ${error.command}` : null,
    `at: ${new Date().toISOString()}`,
    `page: ${location.pathname}`,
    error instanceof Error && !(error instanceof CallError) ? error.stack : null,
  ]
    .filter(Boolean)
    .join("\n");
}

/** Lines where rows will be; shows only when the data take longer than 150 ms. */
export function Skeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className={style.skeleton} aria-hidden>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <div key={row} className={style.line} style={{ "--width": `${46 + ((row * 29) % 40)}%` }} />
      ))}
    </div>
  );
}

interface NoticeProps {
  tone?: "info" | "warn" | "bad" | "good";
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}

const noticeIcons = { info: Info, warn: TriangleAlert, bad: CircleAlert, good: CircleCheck };

/** Something to know, in place: an error in a form, a warning above a list. */
export function Notice({ tone = "info", title, children, action }: NoticeProps) {
  const Icon = noticeIcons[tone];
  return (
    <div
      className={classes(style.notice, style[`notice_${tone}`])}
      role={tone === "bad" ? "alert" : undefined}
    >
      <Icon size={16} aria-hidden />
      <div className={style.noticeText}>
        <div>{title}</div>
        {children && <div className={style.noticeHint}>{children}</div>}
      </div>
      {action}
    </div>
  );
}

/** An error as a notice. */
export function ErrorNotice({ error }: { error: unknown }) {
  const { message, hint } = readError(error);
  return (
    <Notice tone="bad" title={<Words text={message} />}>
      {hint && <Words text={hint} />}
    </Notice>
  );
}
