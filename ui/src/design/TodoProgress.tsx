import style from "./marks.module.css";

interface TodoProgressProps {
  done: number;
  total: number;
}

const RADIUS = 5.5;
const ROUND = 2 * Math.PI * RADIUS;

/** How many todos are done, "3/7"; nothing when there are none. */
export function TodoProgress({ done, total }: TodoProgressProps) {
  if (total === 0) return null;
  const all = done === total;
  return (
    <span className={style.progress} title={`${done} of ${total} todos done`}>
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        aria-hidden="true"
        className={all ? style.resolved : undefined}
      >
        <circle cx="7" cy="7" r={RADIUS} className={style.progressTrack} />
        <circle
          cx="7"
          cy="7"
          r={RADIUS}
          className={style.progressDone}
          strokeDasharray={`${(done / total) * ROUND} ${ROUND}`}
          transform="rotate(-90 7 7)"
        />
      </svg>
      <span aria-hidden>
        {done}/{total}
      </span>
      <span className="visually-hidden">
        {done} of {total} todos done
      </span>
    </span>
  );
}
