import { type ActionId, keysOf } from "../../../actions/catalogue";
import { Kbd } from "../../../design/Kbd";
import { KEYS_LEARNED, useTriageKeys } from "../useTriageKeys";
import style from "./KeyLine.module.css";

interface Hint {
  words: string;
  action: ActionId;
}

const triage: readonly Hint[] = [
  { words: "triage", action: "issue.triage" },
  { words: "assign", action: "issue.assign" },
  { words: "run", action: "issue.run" },
  { words: "label", action: "issue.label" },
  { words: "reject", action: "issue.reject" },
  { words: "duplicate", action: "issue.duplicate" },
  { words: "edit", action: "issue.edit" },
  { words: "filter", action: "list.filter" },
  { words: "undo", action: "undo" },
];

export const boardHints: readonly Hint[] = [
  { words: "move the card", action: "card.right" },
  ...triage.filter(({ action }) => action !== "issue.duplicate" && action !== "issue.edit"),
];

/** From this use on the line begins to fade. */
const FADE_FROM = 80;

/** Names the keys until they are known. */
export function KeyLine({ hints = triage }: { hints?: readonly Hint[] }) {
  const { used } = useTriageKeys();
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
