import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import style from "./Page.module.css";

export interface Crumb {
  title: string;
  /** An app path; the last crumb, the page itself, has none. */
  to?: string;
}

/** What the frame puts at the right end of every header (search, new issue). */
export const PageToolsContext = createContext<ReactNode>(null);

interface PageProps {
  crumbs: readonly Crumb[];
  /** View tabs or filter chips, after the breadcrumb. */
  filters?: ReactNode;
  /** The page's own actions, at the right. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: the header of the frame, and below it all the room there is. */
export function Page({ crumbs, filters, actions, children }: PageProps) {
  const tools = useContext(PageToolsContext);
  const title = crumbs.map((crumb) => crumb.title).join(" · ");
  useEffect(() => {
    document.title = title ? `${title} – Waybill` : "Waybill";
  }, [title]);
  return (
    <main className={style.page}>
      <header className={style.header}>
        <nav className={style.crumbs} aria-label="Breadcrumb">
          {crumbs.map((crumb) =>
            crumb.to ? (
              <span key={crumb.to} className={style.step}>
                <Link to={crumb.to} className={style.link}>
                  {crumb.title}
                </Link>
                <ChevronRight size={14} aria-hidden />
              </span>
            ) : (
              <h1 key="page" className={style.title} title={crumb.title}>
                {crumb.title}
              </h1>
            ),
          )}
        </nav>
        {filters && <div className={style.filters}>{filters}</div>}
        <div className={style.end}>
          {actions}
          {tools}
        </div>
      </header>
      <div className={style.body}>{children}</div>
    </main>
  );
}
