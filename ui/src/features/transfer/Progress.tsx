import type { Transfer } from "@/api/generated/bindings";
import { grouped } from "@/lib/numbers";
import style from "./Transfer.module.css";

interface ProgressProps {
  /** What is going on: "Reading", "Importing". */
  doing: string;
  transfer: Transfer | null;
}

/** How far it is, with a count and an end. */
export function Progress({ doing, transfer }: ProgressProps) {
  const done = transfer?.done ?? 0;
  const total = transfer?.total ?? 0;
  return (
    <div className={style.progress}>
      <div className={style.progressWords}>
        <span>{doing}</span>
        <span className={style.figures}>
          {total > 0 ? `${grouped(done)} of ${grouped(total)}` : "counting"}
        </span>
      </div>
      <progress
        className={style.bar}
        aria-label={doing}
        {...(total > 0 ? { value: Math.min(done, total), max: total } : {})}
      />
    </div>
  );
}
