import { Paperclip } from "lucide-react";
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { BODY_MAX_BYTES, bodyBytes } from "@/parts/issues/limits";
import type { Attachment } from "../../api/generated/bindings";
import { IconButton } from "../../design/Button";
import { Markdown } from "../../design/Markdown";
import { classes } from "../../lib/classes";
import { bytes } from "../../lib/numbers";
import { UploadList } from "./compose/UploadList";
import { attachmentMarkdown, bringsFiles, filesOf, inserted } from "./compose/uploads";
import { useMentionList } from "./compose/useMentionList";
import type { Uploads } from "./compose/useUploads";
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
  /** Takes files that are pasted, dropped or chosen; the text then shows them. */
  uploads?: Uploads | undefined;
  /** Hears of each file that the text shows from now on. */
  onAttached?: (attachment: Attachment) => void;
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
  uploads,
  onAttached,
  ref,
}: MarkdownEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  // A file arrives later than it was sent: it belongs into the text as it is then.
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };
  useImperativeHandle(ref, () => area.current as HTMLTextAreaElement);
  const [asked, setPreview] = useState(false);
  // What was sent leaves nothing to preview: the next text is written first.
  const preview = asked && value.trim() !== "";
  const id = useId();
  const size = bodyBytes(value);
  const mentions = useMentionList(slug, area, change);
  const [dropping, setDropping] = useState(false);

  /** Changes the text from here, and leaves the caret where it belongs. */
  function change(next: string, caret: number) {
    // Drawn at once: the next key must find the caret where it belongs, and the next file the text as it is.
    flushSync(() => latest.current.onChange(next));
    area.current?.setSelectionRange(caret, caret);
  }

  function attach(files: readonly File[]) {
    uploads?.send(files, (attachment) => {
      const text = latest.current.value;
      const from = area.current?.selectionStart ?? text.length;
      const to = area.current?.selectionEnd ?? text.length;
      const made = inserted(text, from, to, attachmentMarkdown(attachment));
      change(made.text, made.caret);
      onAttached?.(attachment);
    });
  }

  function onPaste(event: ClipboardEvent) {
    const files = filesOf(event.clipboardData);
    // A table copied from a spreadsheet comes with a picture of itself: its words are what is meant.
    if (!uploads || files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    attach(files);
  }

  function onDrag(event: DragEvent) {
    if (!uploads || !bringsFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    setDropping(event.type === "dragover");
  }

  function onDrop(event: DragEvent) {
    setDropping(false);
    const files = filesOf(event.dataTransfer);
    if (!uploads || files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    area.current?.focus();
    attach(files);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.target === area.current && mentions.onKeyDown(event)) return;
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
    <div
      className={classes(style.editor, tinted && style.tinted, dropping && style.dropping)}
      onKeyDown={onKeyDown}
      onDragOver={onDrag}
      onDragLeave={onDrag}
      onDrop={onDrop}
    >
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
        {uploads && (
          <>
            <IconButton
              label="Attach files"
              size="small"
              className={style.attach}
              onClick={() => chooser.current?.click()}
            >
              <Paperclip size={14} />
            </IconButton>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              onChange={(event) => {
                attach([...(event.target.files ?? [])]);
                event.target.value = "";
              }}
            />
          </>
        )}
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
          ref={area}
          {...mentions.attributes}
          className={style.area}
          aria-label={label}
          aria-describedby={size > COUNT_FROM ? `${id}-count` : undefined}
          aria-invalid={size > BODY_MAX_BYTES || undefined}
          placeholder={placeholder}
          rows={rows}
          style={{ minHeight: `${rows * LINE_PX + PADDING_PX}px` }}
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
            mentions.look(true);
          }}
          onSelect={() => mentions.look(false)}
          onBlur={mentions.close}
          onPaste={onPaste}
        />
      )}
      {mentions.list}
      {uploads && <UploadList items={uploads.items} />}
      {(note || actions) && (
        <div className={style.foot}>
          <div className={style.note}>{note}</div>
          {actions}
        </div>
      )}
    </div>
  );
}
