import { type DragEvent, type ReactNode, useState } from "react";
import { bringsFiles, filesOf } from "../compose/uploads";
import style from "./DropFiles.module.css";

interface DropFilesProps {
  /** What is said while files hang over it. */
  words: string;
  onFiles: (files: readonly File[]) => void;
  className?: string | undefined;
  children: ReactNode;
}

/** Takes files that are dropped anywhere on it. What is inside may take them first. */
export function DropFiles({ words, onFiles, className, children }: DropFilesProps) {
  // Entering a part of it is heard before leaving the former part: the depth tells when all of it is left.
  const [depth, setDepth] = useState(0);
  const brings = (event: DragEvent) => bringsFiles(event.dataTransfer);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a button beside the list of files does the same
    <div
      className={className}
      onDragEnter={(event) => brings(event) && setDepth((now) => now + 1)}
      onDragLeave={(event) => brings(event) && setDepth((now) => Math.max(0, now - 1))}
      onDragOver={(event) => brings(event) && event.preventDefault()}
      onDropCapture={() => setDepth(0)}
      onDrop={(event) => {
        const files = filesOf(event.dataTransfer);
        if (files.length === 0) return;
        event.preventDefault();
        onFiles(files);
      }}
    >
      {children}
      {depth > 0 && (
        <div className={style.over} aria-hidden>
          <span className={style.words}>{words}</span>
        </div>
      )}
    </div>
  );
}
