import { Command } from "cmdk";
import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { allPriority, allStatus } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { LabelDot } from "../../../design/LabelChip";
import shared from "../../../design/Picker.module.css";
import { PriorityMark } from "../../../design/PriorityMark";
import { StatusMark } from "../../../design/StatusMark";
import { classes } from "../../../lib/classes";
import { priorityWord, statusWord } from "../../../lib/words";
import picker from "../LabelPicker.module.css";
import type { FilterChipsProps } from "./FilterChips";
import style from "./FilterChips.module.css";
import { type FilterKind, filterTitles, toggled, valuesOf, without } from "./query";

interface FilterValuesProps extends Pick<FilterChipsProps, "project" | "query" | "onChange" | "authors"> {
  kinds: readonly FilterKind[];
}

/** The values of some kinds, to find by typing and to switch on and off. */
export function FilterValues({ project, query, onChange, authors, kinds: some }: FilterValuesProps) {
  const known = useKnownValues(project, authors);
  const [typed, setTyped] = useState("");
  return (
    <Command label="Filters" loop className={picker.picker}>
      <Command.Input
        className={shared.input}
        placeholder={
          some.length === 1 ? `Find a ${filterTitles[some[0] ?? "label"].toLowerCase()}` : "Filter by…"
        }
        value={typed}
        onValueChange={setTyped}
      />
      <Command.List className={classes(shared.list, picker.list)} label="Values">
        {some.map((kind) => {
          const on = valuesOf(query, kind);
          const values = withOthers(known[kind], on);
          return (
            <Command.Group
              key={kind}
              className={style.group}
              {...(some.length > 1 ? { heading: filterTitles[kind] } : {})}
            >
              {values.map(({ value, title, icon }) => {
                const has = on.some((each) => each.toLowerCase() === value.toLowerCase());
                return (
                  <Command.Item
                    key={value}
                    value={`${kind} ${value} ${title}`}
                    className={shared.item}
                    onSelect={() => onChange(toggled(query, kind, value))}
                  >
                    <span className={picker.mark}>{has && <Check size={14} aria-hidden />}</span>
                    <span className={style.icon} aria-hidden>
                      {icon}
                    </span>
                    <span className="truncate">{title}</span>
                    {has && <span className="visually-hidden">, on</span>}
                  </Command.Item>
                );
              })}
              {on.length > 0 && (
                <Command.Item
                  value={`${kind} any clear`}
                  className={shared.item}
                  onSelect={() => onChange(without(query, kind))}
                >
                  <span className={picker.mark} />
                  <span className={style.any}>Any {filterTitles[kind].toLowerCase()}</span>
                </Command.Item>
              )}
            </Command.Group>
          );
        })}
      </Command.List>
      {typed !== "" && <Command.Empty className={shared.empty}>Nothing is called that.</Command.Empty>}
    </Command>
  );
}

interface Value {
  value: string;
  title: string;
  icon?: ReactNode;
}

function useKnownValues(project: string, authors: FilterChipsProps["authors"]): Record<FilterKind, Value[]> {
  const labels = useCall("label_list", { project }).data ?? [];
  const targets = useCall("assignment_targets", { project }).data ?? [];
  return {
    status: [
      { value: "active", title: "Active" },
      ...allStatus
        .filter((status) => status !== "reopened")
        .map((status) => ({
          value: status,
          title: statusWord[status],
          icon: <StatusMark status={status} />,
        })),
      { value: "closed", title: "Closed" },
    ],
    priority: [...allPriority].reverse().map((priority) => ({
      value: priority,
      title: priorityWord[priority],
      icon: <PriorityMark priority={priority} />,
    })),
    label: labels.map(({ name, colour }) => ({
      value: name,
      title: name,
      icon: <LabelDot colour={colour} />,
    })),
    assignee: [
      { value: "none", title: "Nobody" },
      ...targets.map(({ target, name }) => ({ value: target, title: name })),
    ],
    author: [{ value: "me", title: "Me" }, ...authors.filter(({ value }) => value !== "me")],
  };
}

/** What the query names and nobody offers (an author out of sight, a label that is gone) can still be taken off. */
function withOthers(known: readonly Value[], on: readonly string[]): Value[] {
  const missing = on.filter(
    (value) => !known.some((each) => each.value.toLowerCase() === value.toLowerCase()),
  );
  return [...known, ...missing.map((value) => ({ value, title: value }))];
}
