import { Link, useNavigate } from "@tanstack/react-router";
import { Columns3, List } from "lucide-react";
import { keysOf } from "../../../actions/catalogue";
import { useActions } from "../../../actions/useActions";
import type { Layout } from "../../../api/generated/bindings";
import { Tooltip } from "../../../design/Tooltip";
import { classes } from "../../../lib/classes";
import { paths } from "../../../lib/links";
import style from "./LayoutSwitch.module.css";

interface LayoutSwitchProps {
  project: string;
  layout: Layout;
  /** What was typed; it goes along. */
  query: string;
}

/** The same issues as a list or as a board. */
export function LayoutSwitch({ project, layout, query }: LayoutSwitchProps) {
  const navigate = useNavigate();
  const search = query === "" ? {} : { q: query };
  const other = layout === "list" ? paths.board(project) : paths.issues(project);
  useActions({ "list.layout": () => void navigate({ to: other, search }) });
  const choice = (own: Layout, to: string, name: string, icon: React.ReactNode) => (
    <Tooltip text={name} keys={own === layout ? undefined : keysOf("list.layout")}>
      <Link
        to={to}
        search={search}
        className={classes(style.choice, own === layout && style.current)}
        aria-label={name}
        aria-current={own === layout ? "true" : undefined}
      >
        {icon}
      </Link>
    </Tooltip>
  );
  return (
    <nav className={style.switch} aria-label="Layout">
      {choice(
        "list",
        layout === "list" ? "." : paths.issues(project),
        "List",
        <List size={14} aria-hidden />,
      )}
      {choice("board", paths.board(project), "Board", <Columns3 size={14} aria-hidden />)}
    </nav>
  );
}
