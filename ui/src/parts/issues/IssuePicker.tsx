import { Command } from "cmdk";
import { useEffect, useState } from "react";
import type { IssueBrief } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import shared from "@/design/Picker.module.css";
import { StatusMark } from "@/design/StatusMark";
import { classes } from "@/lib/classes";
import style from "./IssuePicker.module.css";
import { searchQuery } from "./mentions";

interface IssuePickerProps {
  project: string;
  /** Its accessible name, and what stands in the empty field. */
  label: string;
  /** Issues that make no sense here, such as the one that is linked from. */
  without: readonly number[];
  onPick: (issue: IssueBrief) => void;
}

const MOST = 12;
const WAIT_MS = 120;

/** Finds an issue by its number or words. */
export function IssuePicker({ project, label, without, onPick }: IssuePickerProps) {
  const [typed, setTyped] = useState("");
  const found = useIssueSearch(project, typed, MOST);
  const issues = found?.filter((issue) => !without.includes(issue.number));
  return (
    <Command label={label} loop shouldFilter={false} className={style.picker}>
      <Command.Input
        className={shared.input}
        placeholder={label}
        value={typed}
        onValueChange={setTyped}
        autoFocus
      />
      <Command.List className={classes(shared.list, style.list)} label="Issues">
        {issues?.map((issue) => (
          <Command.Item
            key={issue.number}
            value={String(issue.number)}
            className={shared.item}
            onSelect={() => onPick(issue)}
          >
            <StatusMark status={issue.status} />
            <span className={style.number}>#{issue.number}</span>
            <span className="truncate">{issue.title}</span>
          </Command.Item>
        ))}
      </Command.List>
      {issues?.length === 0 && (
        <p className={classes(shared.empty, style.none)}>
          {typed.trim() === "" ? "There is no other issue yet." : "No issue matches."}
        </p>
      )}
    </Command>
  );
}

/**
 * Issues by number or words while they are typed, the most recent ones before that; undefined until the first answer,
 * and while nothing is looked for (null).
 */
export function useIssueSearch(
  project: string,
  typed: string | null,
  limit: number,
): readonly IssueBrief[] | undefined {
  const text = useSettled(typed?.trim() ?? null);
  const { data } = useCall(
    "issue_search",
    { project, query: searchQuery(text ?? ""), limit },
    { keepPrevious: true, enabled: typed !== null },
  );
  return typed === null ? undefined : data?.items;
}

/** A value once it has rested for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), WAIT_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
