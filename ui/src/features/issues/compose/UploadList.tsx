import style from "./UploadList.module.css";
import type { Uploading } from "./useUploads";

/** The files that are on their way, and how far they are. */
export function UploadList({ items }: { items: readonly Uploading[] }) {
  if (items.length === 0) return null;
  return (
    <ul className={style.uploads} aria-label="Files on their way">
      {items.map((item) => (
        <li key={item.key} className={style.upload}>
          <span className="truncate">{item.name}</span>
          <progress className={style.bar} value={item.done} max={1} aria-label={`${item.name} is sent`} />
          <span className={style.percent}>{Math.round(item.done * 100)} %</span>
        </li>
      ))}
    </ul>
  );
}
