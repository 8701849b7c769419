import { useVirtualizer } from "@tanstack/react-virtual";
import { Check } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ChangeKind, DiffFile } from "@/api/generated/bindings";
import { Input } from "@/design/Field";
import { classes } from "@/lib/classes";
import { compactCount } from "@/lib/numbers";
import style from "./FileList.module.css";

interface FileListProps {
  files: readonly DiffFile[];
  chosen: string | null;
  viewed: ReadonlySet<string>;
  onChoose: (path: string) => void;
}

const ROW_PX = 28;
/** Fewer files than this need no filter. */
const FILTER_FROM = 8;

/** The files that a run changed; the chosen one is shown beside it. */
export function FileList({ files, chosen, viewed, onChoose }: FileListProps) {
  const [filter, setFilter] = useState("");
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    return files.filter((file) => words.every((word) => file.path.toLowerCase().includes(word)));
  }, [files, filter]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const chosenIndex = shown.findIndex((file) => file.path === chosen);
  useEffect(() => {
    if (chosenIndex >= 0) virtualizer.scrollToIndex(chosenIndex, { align: "auto" });
  }, [chosenIndex, virtualizer]);

  const viewedCount = files.filter((file) => viewed.has(file.path)).length;
  return (
    <nav className={style.files} aria-label="Changed files">
      <div className={style.head}>
        <h2 className={style.title}>Files</h2>
        <span className={style.count}>
          {viewedCount > 0 ? `${viewedCount} of ${files.length} viewed` : files.length}
        </span>
      </div>
      {files.length >= FILTER_FROM && (
        <div className={style.filter}>
          <Input
            type="search"
            aria-label="Filter files"
            placeholder="Filter files"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </div>
      )}
      <div ref={scroller} className={style.scroller}>
        {shown.length === 0 && <p className={style.nothing}>No file matches “{filter}”.</p>}
        <ul className={style.list} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const file = shown[item.index];
            return (
              file && (
                <li
                  key={file.path}
                  className={style.item}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <FileRow
                    file={file}
                    chosen={file.path === chosen}
                    viewed={viewed.has(file.path)}
                    onChoose={() => onChoose(file.path)}
                  />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </nav>
  );
}

interface FileRowProps {
  file: DiffFile;
  chosen: boolean;
  viewed: boolean;
  onChoose: () => void;
}

function FileRow({ file, chosen, viewed, onChoose }: FileRowProps) {
  const { folder, name } = splitPath(file.path);
  return (
    <button
      type="button"
      className={classes(style.file, chosen && style.chosen, viewed && style.viewed)}
      aria-current={chosen ? "true" : undefined}
      title={file.old_path ? `${file.old_path} → ${file.path}` : file.path}
      onClick={onChoose}
    >
      <KindMark kind={file.kind} />
      <span className={style.path}>
        {folder && <span className={style.folder}>{folder}</span>}
        <span className={style.name}>{name}</span>
      </span>
      {viewed && (
        <>
          <Check size={14} aria-hidden className={style.check} />
          <span className="visually-hidden">, viewed</span>
        </>
      )}
      <LineCounts file={file} />
    </button>
  );
}

/** A, M, D or R in the colour of what happened to the file. */
export function KindMark({ kind }: { kind: ChangeKind }) {
  const { letter, word } = kindWords[kind];
  return (
    <span className={classes(style.kind, style[kind])} title={word}>
      <span aria-hidden>{letter}</span>
      <span className="visually-hidden">{word}: </span>
    </span>
  );
}

const kindWords: Record<ChangeKind, { letter: string; word: string }> = {
  added: { letter: "A", word: "Added" },
  modified: { letter: "M", word: "Modified" },
  deleted: { letter: "D", word: "Deleted" },
  renamed: { letter: "R", word: "Renamed" },
};

/** "+12 −3", with colours; "binary" where lines say nothing. */
export function LineCounts({ file }: { file: Pick<DiffFile, "binary" | "lines_added" | "lines_removed"> }) {
  if (file.binary) return <span className={style.binary}>binary</span>;
  return (
    <span className={style.counts}>
      {file.lines_added > 0 && <span className={style.plus}>+{compactCount(file.lines_added)}</span>}
      {file.lines_removed > 0 && <span className={style.minus}>−{compactCount(file.lines_removed)}</span>}
    </span>
  );
}

function splitPath(path: string): { folder: string; name: string } {
  const cut = path.lastIndexOf("/") + 1;
  return { folder: path.slice(0, cut), name: path.slice(cut) };
}
