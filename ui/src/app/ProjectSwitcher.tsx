import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Plus, Settings2 } from "lucide-react";
import { keysOf } from "../actions/catalogue";
import { Menu } from "../design/Menu";
import { paths } from "../lib/links";
import { useCurrentProject } from "./currentProject";
import style from "./Frame.module.css";
import { closeOverlay, openOverlay, useOverlay } from "./overlays";

/** Shows the project and changes it. */
export function ProjectSwitcher() {
  const { project, projects } = useCurrentProject();
  const navigate = useNavigate();
  const open = useOverlay() === "projects";
  const name = project?.name ?? "Waybill";
  return (
    <Menu
      open={open}
      onOpenChange={(next) => (next ? openOverlay("projects") : closeOverlay())}
      trigger={
        <button type="button" className={style.project}>
          <span className={style.logo} aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className="visually-hidden">Project</span>
          <span className={`${style.name} truncate`}>{name}</span>
          <ChevronsUpDown size={14} aria-hidden />
        </button>
      }
      groups={[
        {
          label: "Projects",
          items: projects.map((each) => ({
            id: each.slug,
            title: each.name,
            note: each.root_path,
            checked: each.slug === project?.slug,
            onSelect: () => void navigate({ href: paths.inbox(each.slug) }),
          })),
        },
        {
          items: [
            {
              id: "add",
              title: "Add a project",
              icon: <Plus size={16} />,
              onSelect: () => void navigate({ to: "/welcome" }),
            },
            ...(project
              ? [
                  {
                    id: "settings",
                    title: "Project settings",
                    icon: <Settings2 size={16} />,
                    keys: keysOf("go.project-settings"),
                    onSelect: () => void navigate({ href: paths.projectSettings(project.slug) }),
                  },
                ]
              : []),
          ],
        },
      ]}
    />
  );
}
