import { X } from "lucide-react";
import type { Label } from "../api/generated/bindings";
import { classes } from "../lib/classes";
import style from "./marks.module.css";

interface LabelChipProps {
  label: Pick<Label, "name" | "colour">;
  onRemove?: () => void;
}

export function LabelChip({ label, onRemove }: LabelChipProps) {
  return (
    <span className={style.chip} title={label.name}>
      <LabelDot colour={label.colour} />
      <span className="truncate">{label.name}</span>
      {onRemove && (
        <button
          type="button"
          className={style.remove}
          aria-label={`Remove label ${label.name}`}
          onClick={onRemove}
        >
          <X size={12} />
        </button>
      )}
    </span>
  );
}

/** The colour of a label alone; its name must stand beside it. */
export function LabelDot({ colour }: { colour: string }) {
  return <span className={classes(style.dot, style[`dot_${colour}`] ?? style.dot_grey)} aria-hidden />;
}
