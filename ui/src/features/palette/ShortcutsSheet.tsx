import { Search } from "lucide-react";
import { useRef, useState } from "react";
import { type ActionId, catalogue, entryOf, groups } from "@/actions/catalogue";
import { Dialog } from "@/design/Dialog";
import { Input } from "@/design/Field";
import { Kbd } from "@/design/Kbd";
import { fuzzyScore } from "@/lib/fuzzy";
import style from "./ShortcutsSheet.module.css";

const all = (Object.keys(catalogue) as ActionId[]).filter((id) => entryOf(id).keys);

/** Every shortcut there is, by where it works. */
export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const found = all.filter((id) => (fuzzyScore(entryOf(id).title, typed) ?? -1) >= (typed ? 1 : 0));
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts" wide focus={input}>
      <div className={style.search}>
        <Search size={14} aria-hidden />
        <Input
          ref={input}
          aria-label="Find a shortcut"
          placeholder="Find a shortcut"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <div className={style.groups}>
        {groups.map((group) => {
          const ids = found.filter((id) => entryOf(id).group === group);
          if (ids.length === 0) return null;
          return (
            <section key={group} className={style.group}>
              <h3 className={style.heading}>{group}</h3>
              <ul>
                {ids.map((id) => (
                  <li key={id} className={style.line}>
                    <span>{entryOf(id).title}</span>
                    <span className={style.keys}>
                      {entryOf(id).keys?.map((keys, index) => (
                        <span key={keys} className={style.keys}>
                          {index > 0 && <span className={style.or}>or</span>}
                          <Kbd keys={keys} />
                        </span>
                      ))}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
        {found.length === 0 && <p className={style.none}>No shortcut is called that.</p>}
      </div>
    </Dialog>
  );
}
