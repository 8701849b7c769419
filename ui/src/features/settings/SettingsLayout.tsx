import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useCall } from "@/api/queries";
import { Page } from "@/design/Page";
import { lastProject } from "@/lib/lastProject";
import { paths } from "@/lib/links";
import style from "./Settings.module.css";

export const appSections = {
  general: "General",
  tools: "Agent tools",
  keys: "API keys",
  about: "About",
} as const;
export const projectSections = {
  git: "Git",
  agents: "Agents",
  sandbox: "Sandbox",
  environment: "Environment",
  project: "Project",
} as const;
export type AppSection = keyof typeof appSections;
export type ProjectSection = keyof typeof projectSections;

interface SettingsLayoutProps {
  /** The project whose settings are beside Waybill's own; null: the one seen last. */
  slug: string | null;
  section: AppSection | ProjectSection;
  title: string;
  intro?: ReactNode;
  children: ReactNode;
}

/** The list of sections and the one that shows. */
export function SettingsLayout({ slug, section, title, intro, children }: SettingsLayoutProps) {
  const { data: projects } = useCall("project_list", {});
  const project = projects?.find((each) => each.slug === (slug ?? lastProject())) ?? projects?.[0];
  return (
    <Page crumbs={[{ title: slug && project ? `${project.name} settings` : "Settings" }]}>
      <div className={style.layout}>
        <nav className={style.nav} aria-label="Settings">
          <SectionGroup
            title="Application"
            path="/settings"
            sections={appSections}
            chosen={slug ? null : section}
          />
          {project && (
            <SectionGroup
              title={project.name}
              path={paths.projectSettings(project.slug)}
              sections={projectSections}
              chosen={slug ? section : null}
            />
          )}
        </nav>
        <div className={style.scroll}>
          <div className={style.column}>
            <h2 className={style.title}>{title}</h2>
            {intro && <p className={style.intro}>{intro}</p>}
            {children}
          </div>
        </div>
      </div>
    </Page>
  );
}

interface SectionGroupProps {
  title: string;
  path: string;
  sections: Readonly<Record<string, string>>;
  chosen: string | null;
}

function SectionGroup({ title, path, sections, chosen }: SectionGroupProps) {
  return (
    <div className={style.group}>
      <p className={`${style.groupTitle} truncate`}>{title}</p>
      <ul>
        {Object.entries(sections).map(([section, name]) => (
          <li key={section}>
            <Link
              to={path}
              search={{ section }}
              className={style.section}
              {...(section === chosen ? { "aria-current": "page", "data-chosen": true } : {})}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
