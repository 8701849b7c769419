import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { useKept } from "../lib/kept";
import { useMedia, WIDE } from "../lib/media";
import style from "./Splitter.module.css";

interface SplitterProps {
  /** Names the pair; the width is kept under it. */
  name: string;
  list: ReactNode;
  /** What is open, or null. From 1100 px on it stands beside the list, below that over it. */
  detail: ReactNode | null;
  /** The detail's share at first, in percent. */
  initial?: number;
}

const LEAST = 30;
const MOST = 70;
const STEP = 2;

/** A list and what is open from it, with a movable edge between them. */
export function Splitter({ name, list, detail, initial = 50 }: SplitterProps) {
  const wide = useMedia(WIDE);
  const box = useRef<HTMLDivElement>(null);
  const [share, setShare] = useKept(`split.${name}`, initial, isShare);

  function onPointerDown(event: PointerEvent<HTMLElement>) {
    if (event.button !== 0) return;
    const edge = event.currentTarget;
    edge.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => {
      const bounds = box.current?.getBoundingClientRect();
      if (bounds) setShare(clamp(((bounds.right - moved.clientX) / bounds.width) * 100));
    };
    const end = () => {
      edge.removeEventListener("pointermove", move);
      edge.removeEventListener("lostpointercapture", end);
    };
    edge.addEventListener("pointermove", move);
    edge.addEventListener("lostpointercapture", end);
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "ArrowLeft" ? STEP : event.key === "ArrowRight" ? -STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    setShare(clamp(share + step));
  }

  const beside = detail !== null && wide;
  // The list stands at one place whatever is open, so that it keeps its scroll, its focus and its state.
  return (
    <div
      ref={box}
      className={beside ? style.pair : style.whole}
      style={beside ? { gridTemplateColumns: `minmax(0, 1fr) 1px ${share}%` } : undefined}
    >
      {/* Under a detail that lies over it nothing in the list can be reached. */}
      <div className={style.part} inert={detail !== null && !wide}>
        {list}
      </div>
      {beside && (
        // biome-ignore lint/a11y/useSemanticElements: a movable edge is no <hr>
        <div
          className={style.edge}
          role="separator"
          aria-orientation="vertical"
          aria-label="Width of the detail"
          aria-valuenow={Math.round(share)}
          aria-valuemin={LEAST}
          aria-valuemax={MOST}
          tabIndex={0}
          onPointerDown={onPointerDown}
          onKeyDown={onKeyDown}
          onDoubleClick={() => setShare(initial)}
        />
      )}
      {detail !== null && <div className={beside ? style.part : style.over}>{detail}</div>}
    </div>
  );
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= LEAST && value <= MOST;
}

function clamp(share: number): number {
  return Math.max(LEAST, Math.min(MOST, share));
}
