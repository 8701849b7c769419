import { useEffect, useMemo, useRef } from "react";
import { useActions } from "@/actions/useActions";
import type { Session } from "@/api/generated/bindings";
import { AuthorIcon } from "@/design/Author";
import { ErrorState } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { OutputList } from "@/parts/output/OutputList";
import { OutputRowView } from "@/parts/output/OutputRowView";
import { estimatedHeight } from "@/parts/output/OutputView";
import type { OutputState, OutputStore } from "@/parts/output/store";
import { usePlain } from "@/parts/output/usePlain";
import { shownRows } from "@/parts/output/window";
import style from "./Conversation.module.css";
import { conversation, type Said, wantsEarlier } from "./conversation";
import { Foot } from "./Foot";
import { Message } from "./Message";
import type { Messages } from "./useMessages";

export interface TalkShown {
  session: Session;
  messages: Messages;
  state: OutputState;
  store: OutputStore;
  /** What the agent does now, in its own last words. */
  activity: string | null;
}

/** What was said and done, as it happens, and what the agent asks. */
export function Conversation({ session, messages, state, store, activity }: TalkShown) {
  const plain = usePlain(session.tool);
  const { window } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are added in place, and the version tells.
  const said = useMemo(
    () => (messages.items && window.loaded ? conversation(held(window), messages.items, plain) : []),
    [messages.items, window.version, window.loaded, plain],
  );
  useEarlier(messages, window);
  const open = session.questions.filter((question) => question.state === "open");
  const first = useQuestionFocus(open.length > 0, said.length > 0, store);

  if (messages.error && !messages.items) {
    return (
      <ErrorState title="The messages could not be loaded" error={messages.error} onRetry={messages.retry} />
    );
  }
  return (
    <OutputList
      label="Conversation"
      state={state}
      store={store}
      rows={said}
      estimate={(row) => estimated(row, plain)}
      nothing={messages.items ? nothingYet(session) : ""}
      live={session.working}
      render={(row, { isOpen, toggle }) => (
        <div className={style.row}>
          {row.kind === "message" ? (
            <Message message={row.message} session={session} />
          ) : row.kind === "turn" ? (
            <p className={style.turn}>
              <AuthorIcon kind="agent" size={14} />
              {session.tool}
              <RelativeTime at={row.at} long className={style.quiet} />
            </p>
          ) : (
            <OutputRowView
              row={row}
              open={isOpen(row.key)}
              onToggle={toggle}
              live={session.working}
              slug={session.project_slug}
              plain={plain}
            />
          )}
        </div>
      )}
      foot={
        <Foot
          ref={first}
          session={session}
          questions={open}
          activity={activity}
          onAnswered={() => store.toEnd()}
        />
      }
    />
  );
}

/** Leads to the first question, by key and at once for whoever comes here because the agent asks. */
function useQuestionFocus(asked: boolean, ready: boolean, store: OutputStore) {
  const first = useRef<HTMLDivElement>(null);
  const arrived = useRef(false);
  const focus = () => {
    const foot = first.current;
    const control = foot?.querySelector<HTMLElement>("button, input, textarea");
    if (!foot || !control) return;
    const scroller = foot.closest("[data-output]");
    const tall = scroller !== null && foot.offsetHeight > scroller.clientHeight;
    if (tall) {
      // One begins to read what is taller than the page at its beginning.
      store.follow(false);
      foot.scrollIntoView({ block: "start" });
      // The list hears of it at once, or it would stay at the end while its rows are measured.
      scroller.dispatchEvent(new Event("scroll"));
    }
    control.focus({ preventScroll: tall });
  };
  useActions({ "session.answer": { run: focus, when: () => asked } });
  useEffect(() => {
    if (!ready || arrived.current) return;
    arrived.current = true;
    // Once the rows above are drawn: what is focused then scrolls into sight, and stays there.
    if (asked) requestAnimationFrame(focus);
  });
  return first;
}

export const held = (window: OutputState["window"]) => ({
  rows: shownRows(window),
  fromStart: window.from === 0,
});

/** Reads on further back as long as earlier messages belong to the output that is held. */
export function useEarlier({ items, earlier }: Messages, window: OutputState["window"]) {
  const wanted = items !== undefined && window.loaded && wantsEarlier(held(window), items);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer may leave some that are wanted.
  useEffect(() => {
    if (wanted) earlier();
  }, [wanted, items]);
}

function estimated(row: Said, plain: boolean): number {
  if (row.kind === "turn") return 30;
  if (row.kind === "message") return 60 + Math.ceil(row.message.text.length / 90) * 20;
  return estimatedHeight(row, plain);
}

function nothingYet(session: Session): string {
  if (session.working) return "The agent is starting. What it says and does appears here.";
  if (session.actions.send) return "Nothing was said yet. Write the first message below.";
  return "Nothing was said in this session.";
}
