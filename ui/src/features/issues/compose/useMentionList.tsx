import { type KeyboardEvent, type ReactNode, type RefObject, useId, useState } from "react";
import { useIssueSearch } from "@/parts/issues/IssuePicker";
import { type Mention, mentionAt, mentioned } from "@/parts/issues/mentions";
import type { IssueBrief } from "../../../api/generated/bindings";
import { caretRect } from "../../../lib/caret";
import { MentionList } from "./MentionList";

const MOST = 6;

/** Finishes `#…` in a text area: a list of issues by number or words, moved in by arrows, taken by Enter or Tab. */
export function useMentionList(
  project: string,
  area: RefObject<HTMLTextAreaElement | null>,
  onChange: (value: string, caret: number) => void,
) {
  const id = useId();
  const [mention, setMention] = useState<Mention | null>(null);
  const [at, setAt] = useState(0);
  const issues = useIssueSearch(project, mention?.typed ?? null, MOST) ?? [];
  const open = mention !== null && issues.length > 0;
  const chosen = Math.min(at, issues.length - 1);

  function choose(issue: IssueBrief) {
    if (!mention || !area.current) return;
    const { text, caret } = mentioned(area.current.value, mention, issue.number);
    setMention(null);
    onChange(text, caret);
  }

  /** Looks at what stands before the caret; to be told of every change and move in the text. */
  function look(typing: boolean) {
    const element = area.current;
    if (!element) return;
    const collapsed = element.selectionStart === element.selectionEnd;
    const found = collapsed ? mentionAt(element.value, element.selectionStart) : null;
    // Moving about opens nothing; it only follows what was opened by typing, or closes it.
    if (!typing && mention === null) return;
    if (found?.typed !== mention?.typed) setAt(0);
    setMention(found);
  }

  /** Answers whether the key was the list's. */
  function onKeyDown(event: KeyboardEvent): boolean {
    if (!open || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey)
      return false;
    const issue = issues[chosen];
    if (event.key === "ArrowDown") setAt((chosen + 1) % issues.length);
    else if (event.key === "ArrowUp") setAt((chosen - 1 + issues.length) % issues.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && issue) choose(issue);
    else if (event.key === "Escape") setMention(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const list: ReactNode = open && (
    <MentionList
      id={id}
      issues={issues}
      chosen={chosen}
      place={() => (area.current && mention ? caretRect(area.current, mention.from) : new DOMRect())}
      onChoose={choose}
      onClose={() => setMention(null)}
    />
  );
  const attributes = {
    "aria-autocomplete": "list" as const,
    "aria-controls": open ? id : undefined,
    "aria-activedescendant": open ? `${id}-${issues[chosen]?.number}` : undefined,
  };
  return { list, attributes, look, onKeyDown, close: () => setMention(null) };
}
