import { Link } from "@tanstack/react-router";
import type { IssueCounts } from "../../../api/generated/bindings";
import { classes } from "../../../lib/classes";
import { grouped } from "../../../lib/numbers";
import style from "./ViewTabs.module.css";
import { viewOf, views } from "./views";

interface ViewTabsProps {
  query: string;
  /** The query of this page's address when it names none. */
  home: string;
  counts: IssueCounts | undefined;
}

/** The views as links, so that each can be copied and opened elsewhere. */
export function ViewTabs({ query, home, counts }: ViewTabsProps) {
  const current = viewOf(query);
  return (
    <nav className={style.tabs} aria-label="Views">
      {views.map((view) => {
        const count = counts && view.count?.(counts);
        return (
          <Link
            key={view.name}
            to="."
            search={view.query === home ? {} : { q: view.query }}
            className={classes(style.tab, view === current && style.current)}
            aria-current={view === current ? "page" : undefined}
          >
            {view.name}
            {count !== undefined && <span className={style.count}>{grouped(count)}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
