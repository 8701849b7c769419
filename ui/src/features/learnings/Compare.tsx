import { useMemo } from "react";
import { classes } from "@/lib/classes";
import { sideBySide } from "@/lib/textDiff";
import style from "./Compare.module.css";

interface CompareProps {
  label: string;
  before: string;
  after: string;
  /** What the two columns are. */
  titles: readonly [string, string];
}

/** Two texts side by side, what was taken away and what came marked. */
export function Compare({ label, before, after, titles }: CompareProps) {
  const pairs = useMemo(() => sideBySide(before, after), [before, after]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard
    <section className={style.scroll} tabIndex={0} aria-label={label}>
      <table className={style.table}>
        <thead>
          <tr>
            <th scope="col">{titles[0]}</th>
            <th scope="col">{titles[1]}</th>
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
  );
}

function cell(text: string | null, same: boolean, changed: string | undefined): string {
  return classes(style.cell, text === null ? style.none : !same && changed);
}
