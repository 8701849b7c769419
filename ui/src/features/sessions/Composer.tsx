import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from "react";
import { runAction } from "@/actions/registry";
import type { Session } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { TextArea } from "@/design/Field";
import { Kbd } from "@/design/Kbd";
import { toastError } from "@/design/toasts";
import { read, write } from "@/lib/kept";
import style from "./Composer.module.css";

const isText = (value: unknown): value is string => typeof value === "string";

/** So high it grows with what is written; from there on it scrolls. */
const MOST_PX = 180;

interface ComposerProps {
  session: Session;
  ref: RefObject<HTMLTextAreaElement | null>;
  onSent: () => void;
}

/** The next message. What is written while the agent works waits for its turn; what is not sent stays here. */
export function Composer({ session, ref, onSent }: ComposerProps) {
  const { project_slug: project, number, draft } = session;
  const place = `session.${project}.${number}`;
  const [text, setText] = useState(() => read(place, "", isText) || (draft ?? ""));
  const send = useCommand("session_send", {
    onError: (error, { text: sent }) => {
      // It goes back where it was, unless something else stands there by now.
      setText((now) => now || (sent ?? ""));
      toastError("The message was not sent", error);
    },
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written is what makes it grow.
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(MOST_PX, area.scrollHeight + 2)}px`;
  }, [text, ref]);

  function put(next: string) {
    setText(next);
    write(place, next);
  }

  function submit() {
    const sent = text.trim();
    if (sent === "" || send.isPending) return;
    put("");
    send.mutate({ project, number, ...(sent === draft ? {} : { text: sent }) });
    onSent();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && runAction("session.interrupt", { from: "keys" })) event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  }

  return (
    <div className={style.composer}>
      <div className={style.send}>
        <TextArea
          ref={ref}
          aria-label="Message"
          rows={2}
          value={text}
          placeholder={
            session.working ? "Write the next message; it waits for its turn" : "Write to the agent"
          }
          onChange={(event) => put(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Button kind="primary" busy={send.isPending} disabled={text.trim() === ""} onClick={submit}>
          Send <Kbd keys="enter" />
        </Button>
      </div>
    </div>
  );
}
