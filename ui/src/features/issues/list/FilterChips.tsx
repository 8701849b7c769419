import { Command } from "cmdk";
import { Check, ChevronDown, SlidersHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { keysOf } from "../../../actions/catalogue";
import { allPriority, allStatus } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { LabelDot } from "../../../design/LabelChip";
import { Popover } from "../../../design/Popover";
import { PriorityMark } from "../../../design/PriorityMark";
import { StatusMark } from "../../../design/StatusMark";
import { classes } from "../../../lib/classes";
import { priorityWord, statusWord } from "../../../lib/words";
import picker from "../LabelPicker.module.css";
import style from "./FilterChips.module.css";
import { type FilterKind, toggled, valuesOf, without } from "./query";

interface FilterChipsProps {
  project: string;
  query: string;
  onChange: (query: string) => void;
  /** The authors of the issues in sight: what `by:` may be followed by, and how a person reads it. */
  authors: readonly { value: string; title: string }[];
  /** The list of all filters is opened from outside as well, by its key. */
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const titles: Record<FilterKind, string> = {
  status: "Status",
  priority: "Priority",
  label: "Label",
  assignee: "Assignee",
  author: "Author",
};
const kinds = Object.keys(titles) as FilterKind[];

/** The filters that are on, and the list of all. They write into the query and show what it says: it is the one truth. */
export function FilterChips({ project, query, onChange, authors, open, onOpenChange }: FilterChipsProps) {
  const [chip, setChip] = useState<FilterKind | null>(null);
  const count = kinds.reduce((sum, kind) => sum + valuesOf(query, kind).length, 0);
  const shared = { project, query, onChange, authors };
  return (
    <div className={style.chips}>
      <div className={style.each}>
        {kinds.map((kind) => {
          const values = valuesOf(query, kind);
          if (values.length === 0 && chip !== kind) return null;
          return (
            <Popover
              key={kind}
              label={`Filter by ${titles[kind].toLowerCase()}`}
              align="end"
              open={chip === kind}
              onOpenChange={(next) => setChip(next ? kind : null)}
              trigger={
                <button type="button" className={classes(style.chip, style.on)}>
                  {titles[kind]}
                  <span className={style.values}>{values.join(", ")}</span>
                  <ChevronDown size={12} aria-hidden />
                </button>
              }
            >
              <Values {...shared} kinds={[kind]} />
            </Popover>
          );
        })}
      </div>
      <Popover
        label="Filter"
        align="end"
        open={open}
        onOpenChange={onOpenChange}
        trigger={
          <button
            type="button"
            className={classes(style.chip, style.all)}
            aria-keyshortcuts={keysOf("list.filter")?.toUpperCase()}
            title={`Filter (${keysOf("list.filter")?.toUpperCase()})`}
          >
            <SlidersHorizontal size={12} aria-hidden />
            <span className={style.word}>Filter</span>
            {count > 0 && <span className={style.count}>{count}</span>}
          </button>
        }
      >
        <Values {...shared} kinds={kinds} />
      </Popover>
    </div>
  );
}

interface ValuesProps extends Pick<FilterChipsProps, "project" | "query" | "onChange" | "authors"> {
  kinds: readonly FilterKind[];
}

/** The values of some kinds, to find by typing and to switch on and off. */
function Values({ project, query, onChange, authors, kinds: some }: ValuesProps) {
  const known = useKnownValues(project, authors);
  const [typed, setTyped] = useState("");
  return (
    <Command label="Filters" loop className={picker.picker}>
      <Command.Input
        className={picker.input}
        placeholder={some.length === 1 ? `Find a ${titles[some[0] ?? "label"].toLowerCase()}` : "Filter by…"}
        value={typed}
        onValueChange={setTyped}
      />
      <Command.List className={picker.list} label="Values">
        <Command.Empty className={picker.empty}>Nothing is called that.</Command.Empty>
        {some.map((kind) => {
          const on = valuesOf(query, kind);
          const values = withOthers(known[kind], on);
          return (
            <Command.Group
              key={kind}
              className={style.group}
              {...(some.length > 1 ? { heading: titles[kind] } : {})}
            >
              {values.map(({ value, title, icon }) => {
                const has = on.some((each) => each.toLowerCase() === value.toLowerCase());
                return (
                  <Command.Item
                    key={value}
                    value={`${kind} ${value} ${title}`}
                    className={picker.item}
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
                  className={picker.item}
                  onSelect={() => onChange(without(query, kind))}
                >
                  <span className={picker.mark} />
                  <span className={style.any}>Any {titles[kind].toLowerCase()}</span>
                </Command.Item>
              )}
            </Command.Group>
          );
        })}
      </Command.List>
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
