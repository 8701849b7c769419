import type { SkippedEntry, TransferReport } from "@/api/generated/bindings";
import { LabelChip } from "@/design/LabelChip";
import { PriorityMark } from "@/design/PriorityMark";
import { Notice } from "@/design/States";
import { StatusMark } from "@/design/StatusMark";
import { counted, grouped } from "@/lib/numbers";
import style from "./Transfer.module.css";

/** What comes in, or came in: counts, what is left out and why, and the first issues. */
export function Report({ report }: { report: TransferReport }) {
  const counts = (
    [
      ["Issues", report.issues],
      ["Already here", report.existing],
      ["Updates", report.updates],
      ["Todos", report.todos],
      ["Links", report.links],
      ["Labels", report.labels],
      ["Attachments", report.attachments],
    ] as const
  ).filter(([name, count]) => count > 0 || name === "Issues");
  return (
    <>
      <dl className={style.counts}>
        {counts.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{grouped(count)}</dd>
          </div>
        ))}
      </dl>
      {report.skipped_total > 0 && <Skipped entries={report.skipped} total={report.skipped_total} />}
      {report.notes.length > 0 && (
        <Notice title="What this format holds and Waybill does not">
          <ul className={style.notes}>
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Notice>
      )}
      {report.preview.length > 0 && (
        <section className={style.section} aria-label="The first issues">
          <h3 className={style.heading}>
            {report.preview.length < report.issues ? `The first ${report.preview.length}` : "The issues"}
          </h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <ul className={style.preview} tabIndex={0}>
            {report.preview.map((issue) => (
              <li key={issue.external_id} className={style.previewRow}>
                <StatusMark status={issue.status} />
                <span className={style.id}>{issue.external_id}</span>
                <span className={style.title} title={issue.title}>
                  {issue.title}
                </span>
                {issue.labels.slice(0, 2).map((name) => (
                  <LabelChip key={name} label={{ name, colour: "grey" }} />
                ))}
                <PriorityMark priority={issue.priority} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Each entry that cannot be read, with the place where it stands. */
function Skipped({ entries, total }: { entries: readonly SkippedEntry[]; total: number }) {
  return (
    <section className={style.section} aria-label="Left out">
      <h3 className={style.heading}>{counted(total, "entry", "entries")} left out; all others come in</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ul className={style.skipped} tabIndex={0}>
        {entries.map((entry) => (
          <li key={placeOf(entry) + entry.what}>
            <code>{placeOf(entry)}</code> {entry.what}
          </li>
        ))}
        {total > entries.length && <li>and {grouped(total - entries.length)} more</li>}
      </ul>
    </section>
  );
}

function placeOf({ file, line }: SkippedEntry): string {
  return line === null ? file : `${file}:${line}`;
}
