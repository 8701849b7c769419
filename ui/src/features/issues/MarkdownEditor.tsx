import { type KeyboardEvent, type ReactNode, type Ref, useId, useState } from "react";
import { Markdown } from "../../design/Markdown";
import { classes } from "../../lib/classes";
import { bytes } from "../../lib/numbers";
import { BODY_MAX_BYTES, bodyBytes } from "./limits";
import style from "./MarkdownEditor.module.css";

interface MarkdownEditorProps {
  /** Its accessible name. */
  label: string;
  slug: string;
  value: string;
  onChange: (value: string) => void;
  /** Ctrl/⌘ and Enter. */
  onSubmit: () => void;
  onCancel?: () => void;
  placeholder?: string;
  rows?: number;
  /** Stands at the left of the foot, opposite the buttons. */
  note?: ReactNode;
  /** The buttons. */
  actions?: ReactNode;
  tinted?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

/** The box grows with its text; these give it its first height where the browser sizes it by content. */
const LINE_PX = 22;
const PADDING_PX = 16;

/** Near the limit the rest is counted. */
const COUNT_FROM = BODY_MAX_BYTES - 2 * 1024;

/** Text and its preview, in one frame. */
export function MarkdownEditor({
  label,
  slug,
  value,
  onChange,
  onSubmit,
  onCancel,
  placeholder,
  rows = 4,
  note,
  actions,
  tinted,
  ref,
}: MarkdownEditorProps) {
  const [asked, setPreview] = useState(false);
  // What was sent leaves nothing to preview: the next text is written first.
  const preview = asked && value.trim() !== "";
  const id = useId();
  const size = bodyBytes(value);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      event.stopPropagation();
      onSubmit();
    } else if (event.key === "Escape" && onCancel) {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the keys of what is inside
    <div className={classes(style.editor, tinted && style.tinted)} onKeyDown={onKeyDown}>
      <div className={style.tabs}>
        <button type="button" className={style.tab} aria-pressed={!preview} onClick={() => setPreview(false)}>
          Write
        </button>
        <button
          type="button"
          className={style.tab}
          aria-pressed={preview}
          disabled={value.trim() === ""}
          onClick={() => setPreview(true)}
        >
          Preview
        </button>
        {size > COUNT_FROM && (
          <output id={`${id}-count`} className={classes(style.count, size > BODY_MAX_BYTES && style.over)}>
            {size > BODY_MAX_BYTES
              ? `${bytes(size - BODY_MAX_BYTES)} too long`
              : `${bytes(BODY_MAX_BYTES - size)} left`}
          </output>
        )}
      </div>
      {preview ? (
        <div className={style.preview} style={{ minHeight: `${rows * LINE_PX + PADDING_PX}px` }}>
          <Markdown text={value} slug={slug} />
        </div>
      ) : (
        <textarea
          ref={ref}
          className={style.area}
          aria-label={label}
          aria-describedby={size > COUNT_FROM ? `${id}-count` : undefined}
          aria-invalid={size > BODY_MAX_BYTES || undefined}
          placeholder={placeholder}
          rows={rows}
          style={{ minHeight: `${rows * LINE_PX + PADDING_PX}px` }}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {(note || actions) && (
        <div className={style.foot}>
          <div className={style.note}>{note}</div>
          {actions}
        </div>
      )}
    </div>
  );
}
