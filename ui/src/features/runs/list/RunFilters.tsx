import { Link } from "@tanstack/react-router";
import { type RunView, runViews } from "./filters";
import style from "./RunFilters.module.css";

/** The views of the list, as links: each has its address. */
export function RunFilters({ slug, view }: { slug: string; view: RunView | null }) {
  return (
    <nav className={style.filters} aria-label="Runs to show">
      {runViews.map((each) => (
        <Link
          key={each.title}
          to="/p/$slug/runs"
          params={{ slug }}
          search={each.status === undefined ? {} : { status: each.status }}
          activeOptions={{ exact: true, includeSearch: true }}
          className={style.filter}
          data-chosen={each === view}
        >
          {each.title}
        </Link>
      ))}
    </nav>
  );
}
