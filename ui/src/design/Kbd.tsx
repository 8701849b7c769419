import { keyWords } from "../lib/keys";
import style from "./Kbd.module.css";

/** The keys of a shortcut, as this platform writes them: `$mod+k` → `Ctrl K` or `⌘K`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={style.keys}>
      {keyWords(keys).map((word, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the words of one shortcut never move
        <kbd key={index} className={style.key}>
          {word}
        </kbd>
      ))}
    </span>
  );
}
