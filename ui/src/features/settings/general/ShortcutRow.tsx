import { type KeyboardEvent, useCallback, useEffect, useState } from "react";
import { Button } from "@/design/Button";
import { Kbd } from "@/design/Kbd";
import { Notice } from "@/design/States";
import { acceleratorOf, shownKeys } from "@/lib/accelerator";
import { platform } from "@/platform";
import { SettingRow } from "../SettingRow";

interface ShortcutRowProps {
  /** Null: there is none. */
  value: string | null;
  /** Answers once it is kept. */
  onChange: (value: string | null) => Promise<boolean>;
}

/** The global shortcut that files an issue: pressed to be changed, switched off, and honest when it does not work. */
export function ShortcutRow({ value, onChange }: ShortcutRowProps) {
  const [listening, setListening] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const ask = useCallback(async () => {
    try {
      setProblem((await platform().shortcutProblem?.()) ?? null);
    } catch {
      // A shell that does not answer has said nothing against it.
      setProblem(null);
    }
  }, []);
  useEffect(() => void ask(), [ask]);

  async function choose(next: string | null) {
    if (await onChange(next)) await ask();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!listening || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      setListening(false);
      return;
    }
    const pressed = acceleratorOf(event.nativeEvent);
    if (pressed === null) return;
    setListening(false);
    void choose(pressed);
  }

  return (
    <>
      <SettingRow
        label="File an issue from anywhere"
        hint="Opens a small window over whatever you do. The tray’s menu does the same."
      >
        <Button
          aria-label={
            listening
              ? "Press the new shortcut, or Escape"
              : `Shortcut: ${value ?? "none"}. Press to choose another`
          }
          onClick={() => setListening(true)}
          onBlur={() => setListening(false)}
          onKeyDown={onKeyDown}
        >
          {listening ? "Press the keys…" : value === null ? "Choose keys…" : <Kbd keys={shownKeys(value)} />}
        </Button>
        {value !== null && (
          <Button kind="quiet" onClick={() => void choose(null)}>
            Turn off
          </Button>
        )}
      </SettingRow>
      {problem !== null && <Notice tone="warn" title={problem} />}
    </>
  );
}
