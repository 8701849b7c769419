import { type ActionId, keysOf } from "../../../actions/catalogue";
import { Kbd } from "../../../design/Kbd";
import { KEYS_LEARNED } from "../useTriageKeys";
import style from "./KeyLine.module.css";

const hints: readonly { words: string; action: ActionId }[] = [
  { words: "triage", action: "issue.triage" },
  { words: "run", action: "issue.run" },
  { words: "label", action: "issue.label" },
  { words: "reject", action: "issue.reject" },
  { words: "edit", action: "issue.edit" },
  { words: "undo", action: "undo" },
];

/** From this use on the line begins to fade. */
const FADE_FROM = 80;

/** Names the keys until they are known. */
export function KeyLine({ used }: { used: number | undefined }) {
  if (used === undefined || used >= KEYS_LEARNED) return null;
  const opacity = 1 - Math.max(0, used - FADE_FROM) / (KEYS_LEARNED - FADE_FROM);
  return (
    <div className={style.line} aria-hidden style={{ opacity }}>
      <span className={style.hint}>
        <Kbd keys="1" />–<Kbd keys="4" /> priority
      </span>
      {hints.map(({ words, action }) => {
        const keys = keysOf(action);
        return (
          <span key={action} className={style.hint}>
            {keys && <Kbd keys={keys} />} {words}
          </span>
        );
      })}
    </div>
  );
}
