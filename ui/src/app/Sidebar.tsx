import { Link, useRouterState } from "@tanstack/react-router";
import {
  Bookmark,
  CircleDot,
  Columns3,
  GraduationCap,
  Inbox,
  ListChecks,
  MessagesSquare,
  Play,
  Settings,
  Trash2,
  Workflow,
} from "lucide-react";
import type { ReactNode } from "react";
import { type ActionId, entryOf, keysOf } from "../actions/catalogue";
import { useCall } from "../api/queries";
import { Tooltip } from "../design/Tooltip";
import { paths } from "../lib/links";
import { ROOMY, useMedia } from "../lib/media";
import { grouped } from "../lib/numbers";
import { useCurrentProject } from "./currentProject";
import style from "./Frame.module.css";
import { NotificationsBell } from "./NotificationsBell";
import { ProjectSwitcher } from "./ProjectSwitcher";
import { boardSearch, parseSearch } from "./search";

export function Sidebar() {
  const { project } = useCurrentProject();
  const { data: activity } = useCall("activity", {});
  const counts = project?.counts;
  const needs = activity?.needs_you ?? 0;
  return (
    <nav className={style.sidebar} aria-label="Places">
      <div className={style.top}>
        <ProjectSwitcher />
        <NotificationsBell />
      </div>
      <div className={style.places}>
        <Place to="/needs-you" action="go.needs-you" name="Needs you" icon={<CircleDot size={16} />}>
          {needs > 0 && (
            <span className={style.wants}>
              {needs}
              <span className="visually-hidden"> waiting</span>
            </span>
          )}
        </Place>
        {project && (
          <>
            <Place to={`/p/${project.slug}/inbox`} action="go.inbox" name="Triage" icon={<Inbox size={16} />}>
              {counts && counts.untriaged_issues > 0 && (
                <span className={style.count}>{grouped(counts.untriaged_issues)}</span>
              )}
            </Place>
            <Place
              to={`/p/${project.slug}/issues`}
              action="go.issues"
              name="Issues"
              icon={<ListChecks size={16} />}
            />
            <Place
              to={paths.board(project.slug)}
              action="go.board"
              name="Board"
              icon={<Columns3 size={16} />}
            />
            <SavedViews project={project.slug} />
            <Place to={`/p/${project.slug}/runs`} action="go.runs" name="Runs" icon={<Play size={16} />}>
              {counts && counts.active_runs > 0 && (
                <span className={`${style.count} ${style.running}`}>
                  {counts.active_runs}
                  <span className="visually-hidden"> active</span>
                </span>
              )}
            </Place>
            <Place
              to={paths.sessions(project.slug)}
              action="go.sessions"
              name="Sessions"
              icon={<MessagesSquare size={16} />}
            />
            <Place
              to={paths.workflows(project.slug)}
              action="go.workflows"
              name="Workflows"
              icon={<Workflow size={16} />}
              alsoAt={/^\/p\/[^/]+\/personas(\/|$)/}
            />
            <Place
              to={paths.learnings(project.slug)}
              action="go.learnings"
              name="Learnings"
              icon={<GraduationCap size={16} />}
            />
          </>
        )}
        <div className={style.gap} />
        <Place to={paths.trash} action="go.trash" name="Recently removed" icon={<Trash2 size={16} />} />
        <Place
          to="/settings"
          action="go.settings"
          name="Settings"
          icon={<Settings size={16} />}
          alsoAt={/^\/p\/[^/]+\/settings$/}
        />
      </div>
    </nav>
  );
}

/** The views that the project keeps, where there is room for their names. */
function SavedViews({ project }: { project: string }) {
  const views = useCall("view_list", { project }).data ?? [];
  const roomy = useMedia(ROOMY);
  if (!roomy) return null;
  return views.map((view) => {
    const [path = "", search = ""] = paths.view(project, view).split("?");
    return (
      <Link
        key={view.id}
        to={path}
        search={boardSearch(parseSearch(search))}
        className={`${style.link} ${style.view}`}
        title={view.query}
      >
        {view.layout === "board" ? <Columns3 size={14} aria-hidden /> : <Bookmark size={14} aria-hidden />}
        <span className={`${style.name} truncate`}>{view.name}</span>
      </Link>
    );
  });
}

interface PlaceProps {
  to: string;
  action: ActionId;
  name: string;
  icon: ReactNode;
  /** Other addresses at which it is the place where one is. */
  alsoAt?: RegExp;
  children?: ReactNode;
}

function Place({ to, action, name, icon, alsoAt, children }: PlaceProps) {
  const also = useRouterState({ select: ({ location }) => alsoAt?.test(location.pathname) ?? false });
  const roomy = useMedia(ROOMY);
  const keys = keysOf(action);
  return (
    <Tooltip text={roomy ? entryOf(action).title : name} keys={keys} side="right">
      <Link to={to} className={style.link} {...(also ? { "data-status": "active" } : {})}>
        {icon}
        <span className={style.name}>{name}</span>
        {children}
      </Link>
    </Tooltip>
  );
}
