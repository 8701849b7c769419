import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSlug } from "@/lib/useSlug";
import { AgentsSection } from "./project/AgentsSection";
import { EnvironmentSection } from "./project/EnvironmentSection";
import { GitSection } from "./project/GitSection";
import { ProjectSection as ProjectItself } from "./project/ProjectSection";
import { SandboxSection } from "./project/SandboxSection";
import { type ProjectSection, projectSections, SettingsLayout } from "./SettingsLayout";

const content: Record<ProjectSection, { intro?: string; section: (slug: string) => ReactNode }> = {
  git: { section: (slug) => <GitSection slug={slug} /> },
  agents: {
    intro: "What agents of this project are told, and which tool works by default.",
    section: (slug) => <AgentsSection slug={slug} />,
  },
  sandbox: {
    intro: "What a sandbox may use and see. A new run takes these; a running one keeps what it began with.",
    section: (slug) => <SandboxSection slug={slug} />,
  },
  environment: {
    intro: "Variables that agents and their commands find in the sandbox.",
    section: (slug) => <EnvironmentSection slug={slug} />,
  },
  project: { section: (slug) => <ProjectItself slug={slug} /> },
};

/** The settings of one project. */
export function ProjectSettingsPage() {
  const slug = useSlug();
  const { section: asked } = useSearch({ from: "/p/$slug/settings" });
  const section = asked !== undefined && asked in projectSections ? (asked as ProjectSection) : "git";
  const { intro, section: show } = content[section];
  return (
    <SettingsLayout slug={slug} section={section} title={projectSections[section]} intro={intro}>
      {/* What was typed for one project must not be seen in another. */}
      <div key={slug}>{show(slug)}</div>
    </SettingsLayout>
  );
}
