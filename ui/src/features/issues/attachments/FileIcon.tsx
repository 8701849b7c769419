import { File, FileArchive, FileAudio, FileBraces, FileText, FileVideo } from "lucide-react";
import style from "./Attachments.module.css";

const icons = [
  [/^text\/(plain|markdown|csv)|pdf|document|rtf/, FileText],
  [/json|xml|javascript|html|css|svg|^text\//, FileBraces],
  [/zip|tar|gzip|compress|7z|zstd|xz/, FileArchive],
  [/^video\//, FileVideo],
  [/^audio\//, FileAudio],
] as const;

/** What a file is, by its type. */
export function FileIcon({ type }: { type: string }) {
  const Icon = icons.find(([pattern]) => pattern.test(type))?.[1] ?? File;
  return (
    <span className={style.icon}>
      <Icon size={16} aria-hidden />
    </span>
  );
}
