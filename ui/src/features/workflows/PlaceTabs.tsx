import { Link } from "@tanstack/react-router";
import { paths } from "@/lib/links";
import style from "./Workflows.module.css";

/** Workflows and personas are one place of the sidebar, and two lists. */
export function PlaceTabs({ slug }: { slug: string }) {
  return (
    <nav className={style.places} aria-label="Workflows and personas">
      <Link to={paths.workflows(slug)} activeOptions={{ exact: true }} className={style.place}>
        Workflows
      </Link>
      <Link to={paths.personas(slug)} activeOptions={{ exact: true }} className={style.place}>
        Personas
      </Link>
    </nav>
  );
}
