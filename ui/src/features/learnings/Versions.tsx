import { Check } from "lucide-react";
import { useState } from "react";
import type { Author as AuthorOf } from "@/api/generated/bindings";
import { Author } from "@/design/Author";
import { Button } from "@/design/Button";
import { Select } from "@/design/Select";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { toast, toastError } from "@/design/toasts";
import { Compare } from "./Compare";
import style from "./Versions.module.css";

export interface Version {
  version: number;
  active: boolean;
  /** What stands beside it: "draft", "4 learnings". */
  note: string;
  by: AuthorOf;
  at: number;
}

interface VersionsProps {
  versions: readonly Version[] | undefined;
  error: unknown;
  onRetry: () => void;
  /** Says what the place is for while there is none. */
  empty: string;
  /** A hook that reads the text of a version; undefined while it is read. */
  useBody: (version: number | undefined) => string | undefined;
  /** What can be done with a version that is not active: the button's words, and the doing. */
  activation: (version: Version) => string;
  onActivate: (version: number) => Promise<unknown>;
}

/** Every version, and two of them side by side. */
export function Versions({
  versions,
  error,
  onRetry,
  empty,
  useBody,
  activation,
  onActivate,
}: VersionsProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const [against, setAgainst] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const active = versions?.find((version) => version.active);
  const right = versions?.find(({ version }) => version === chosen) ?? versions?.[0];
  const rightAt = versions?.findIndex(({ version }) => version === right?.version) ?? -1;
  // A version is compared with the one that is active, and that one with the version before it.
  const usual = right?.active ? versions?.[rightAt + 1] : active;
  const left = versions?.find(({ version }) => version === against) ?? usual ?? right;
  const before = useBody(left?.version);
  const after = useBody(right?.version);

  async function activate(version: number) {
    setBusy(true);
    try {
      await onActivate(version);
      const former = active?.version;
      toast({
        title: `Version ${version} is told from now on`,
        ...(former === undefined ? {} : { undo: () => onActivate(former) }),
      });
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
  if (!left || !right) return <EmptyState title="There is no version yet">{empty}</EmptyState>;
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
                <strong>Version {version.version}</strong>
                {version.active && (
                  <span className={style.active}>
                    <Check size={12} aria-hidden />
                    active
                  </span>
                )}
              </span>
              <span className={style.saved}>
                <Author author={version.by} />
                <RelativeTime at={version.at} />
              </span>
              {version.note && <span className={style.note}>{version.note}</span>}
            </button>
          </li>
        ))}
      </ul>
      <div className={style.compare}>
        <div className={style.head}>
          <div className={style.choice}>
            <Select
              label="Compare with"
              value={String(left.version)}
              choices={versions.map(({ version, active: is }) => ({
                value: String(version),
                title: `Version ${version}${is ? " (active)" : ""}`,
              }))}
              onChange={(value) => setAgainst(Number(value))}
            />
          </div>
          {!right.active && (
            <Button size="small" busy={busy} onClick={() => void activate(right.version)}>
              {activation(right)}
            </Button>
          )}
        </div>
        {before !== undefined && after !== undefined && (
          <Compare
            label="Both texts"
            before={before}
            after={after}
            titles={[`Version ${left.version}`, `Version ${right.version}`]}
          />
        )}
      </div>
    </div>
  );
}
