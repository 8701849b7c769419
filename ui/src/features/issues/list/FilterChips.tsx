import { ChevronDown, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { keysOf } from "../../../actions/catalogue";
import { Popover } from "../../../design/Popover";
import { classes } from "../../../lib/classes";
import { onDemand } from "../../../lib/onDemand";
import style from "./FilterChips.module.css";
import { type FilterKind, filterTitles, valuesOf } from "./query";

const values = onDemand(async () => (await import("./FilterValues")).FilterValues);

/** Fetches the list of filters, before it is opened. */
export const warmFilters = values.warm;

export interface FilterChipsProps {
  project: string;
  query: string;
  onChange: (query: string) => void;
  /** The authors of the issues in sight: what `by:` may be followed by, and how a person reads it. */
  authors: readonly { value: string; title: string }[];
  /** The list of all filters is opened from outside as well, by its key. */
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const kinds = Object.keys(filterTitles) as FilterKind[];

/** The filters that are on, and the list of all. They write into the query and show what it says: it is the one truth. */
export function FilterChips({ project, query, onChange, authors, open, onOpenChange }: FilterChipsProps) {
  const [chip, setChip] = useState<FilterKind | null>(null);
  // An empty panel would take the focus, and what is typed meanwhile with it.
  const there = values.useThere(open || chip !== null);
  const count = kinds.reduce((sum, kind) => sum + valuesOf(query, kind).length, 0);
  const shared = { project, query, onChange, authors };
  return (
    <div className={style.chips}>
      <div className={style.each}>
        {kinds.map((kind) => {
          const chosen = valuesOf(query, kind);
          if (chosen.length === 0 && chip !== kind) return null;
          return (
            <Popover
              key={kind}
              label={`Filter by ${filterTitles[kind].toLowerCase()}`}
              align="end"
              open={chip === kind && there}
              onOpenChange={(next) => setChip(next ? kind : null)}
              trigger={
                <button type="button" className={classes(style.chip, style.on)}>
                  {filterTitles[kind]}
                  <span className={style.values}>{chosen.join(", ")}</span>
                  <ChevronDown size={12} aria-hidden />
                </button>
              }
            >
              <values.Component {...shared} kinds={[kind]} />
            </Popover>
          );
        })}
      </div>
      <Popover
        label="Filter"
        align="end"
        open={open && there}
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
        <values.Component {...shared} kinds={kinds} />
      </Popover>
    </div>
  );
}
