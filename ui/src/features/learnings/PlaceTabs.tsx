import { Link } from "@tanstack/react-router";
import { paths } from "@/lib/links";
import style from "./Learnings.module.css";

/** What was learnt, what is told of it, and what is told besides: one place of the sidebar, three pages. */
export function PlaceTabs({ slug }: { slug: string }) {
  const places = [
    { to: paths.learnings(slug), title: "Review" },
    { to: paths.learningVersions(slug), title: "Told to agents" },
    { to: paths.contexts(slug), title: "Contexts" },
  ];
  return (
    <nav className={style.places} aria-label="Learnings and contexts">
      {places.map(({ to, title }) => (
        <Link key={to} to={to} activeOptions={{ exact: true, includeSearch: false }} className={style.place}>
          {title}
        </Link>
      ))}
    </nav>
  );
}
