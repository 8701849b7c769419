import { Check } from "lucide-react";
import { useMemo, useState } from "react";
import type { Author as AuthorOf } from "@/api/generated/bindings";
import { Author } from "@/design/Author";
import { Button } from "@/design/Button";
import { Select } from "@/design/Select";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { toast, toastError } from "@/design/toasts";
import { classes } from "@/lib/classes";
import { sideBySide } from "@/lib/textDiff";
import { versionWord } from "./Origin";
import style from "./Versions.module.css";

interface Version {
  version: number;
  active: boolean;
  saved_by: AuthorOf | null;
  saved_at: number | null;
}

interface VersionsPanelProps<T extends Version> {
  versions: readonly T[] | undefined;
  error: unknown;
  onRetry: () => void;
  /** A version as the text that is compared. */
  textOf: (version: T) => string;
  /** A line about it. */
  noteOf: (version: T) => string;
  onActivate: (version: number) => Promise<unknown>;
}

/** Every version, and two of them side by side. */
export function VersionsPanel<T extends Version>({
  versions,
  error,
  onRetry,
  textOf,
  noteOf,
  onActivate,
}: VersionsPanelProps<T>) {
  const [chosen, setChosen] = useState<number | null>(null);
  const [against, setAgainst] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const active = versions?.find((version) => version.active);
  const right = versions?.find(({ version }) => version === chosen) ?? active;
  const rightAt = versions?.findIndex(({ version }) => version === right?.version) ?? -1;
  // A version is compared with the one that is active, and that one with the version before it.
  const usual = right?.active ? versions?.[rightAt + 1] : active;
  const left = versions?.find(({ version }) => version === against) ?? usual ?? right;
  const pairs = useMemo(
    () => (left && right ? sideBySide(textOf(left), textOf(right)) : []),
    [left, right, textOf],
  );

  async function activate(version: number) {
    setBusy(true);
    try {
      await onActivate(version);
      setChosen(null);
      setAgainst(null);
      toast({ title: `Version ${version} is active again, as a new version` });
    } catch (fault) {
      toastError(`Version ${version} could not be made active`, fault);
    } finally {
      setBusy(false);
    }
  }

  if (error && !versions) {
    return <ErrorState title="The versions could not be loaded" error={error} onRetry={onRetry} />;
  }
  if (!versions) return <Skeleton />;
  if (!left || !right) return <EmptyState title="There is no version yet" />;
  return (
    <div className={style.panel}>
      <ul className={style.list} aria-label="Versions">
        {versions.map((version) => (
          <li key={version.version}>
            <button
              type="button"
              className={style.version}
              aria-pressed={version.version === right.version}
              onClick={() => {
                setChosen(version.version);
                setAgainst(null);
              }}
            >
              <span className={style.line}>
                <strong>{version.version === 0 ? "As it ships" : `Version ${version.version}`}</strong>
                {version.active && (
                  <span className={style.active}>
                    <Check size={12} aria-hidden />
                    active
                  </span>
                )}
              </span>
              {version.saved_at !== null && (
                <span className={style.saved}>
                  {version.saved_by && <Author author={version.saved_by} />}
                  <RelativeTime at={version.saved_at} />
                </span>
              )}
              <span className={classes(style.note, "truncate")}>{noteOf(version)}</span>
            </button>
          </li>
        ))}
      </ul>
      <section className={style.compare} aria-label="Comparison">
        <div className={style.head}>
          <div className={style.choice}>
            <Select
              label="Compare with"
              value={String(left.version)}
              choices={versions.map(({ version, active: is }) => ({
                value: String(version),
                title: `${version === 0 ? "As it ships" : `Version ${version}`}${is ? " (active)" : ""}`,
              }))}
              onChange={(value) => setAgainst(Number(value))}
            />
          </div>
          <span className={style.right}>
            {right.version === 0 ? "As it ships" : `Version ${right.version}`}
            {right.active && " (active)"}
          </span>
          {!right.active && (
            <Button size="small" busy={busy} onClick={() => void activate(right.version)}>
              Make {versionWord(right.version)} active
            </Button>
          )}
        </div>
        {left.version === right.version && versions.length === 1 && (
          <p className={style.only}>This is the only version. Saving makes the next one.</p>
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
        <section className={style.scroll} tabIndex={0} aria-label="Both texts">
          <table className={style.table}>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{versionWord(left.version)}</th>
                <th scope="col">{versionWord(right.version)}</th>
              </tr>
            </thead>
            <tbody>
              {pairs.map((pair, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
                <tr key={at}>
                  <td className={cell(pair.before, pair.same, style.gone)}>{pair.before}</td>
                  <td className={cell(pair.after, pair.same, style.come)}>{pair.after}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </section>
    </div>
  );
}

function cell(text: string | null, same: boolean, changed: string | undefined): string {
  return classes(style.cell, text === null ? style.none : !same && changed);
}
