import type { Project } from "../api/generated/bindings";
import { useCall } from "../api/queries";
import { lastProject } from "../lib/lastProject";
import { useOptionalSlug } from "../lib/useSlug";

/** The project that the frame speaks of: the address's, else the one seen last, else the first. */
export function useCurrentProject(): { project: Project | null; projects: Project[] } {
  const { data } = useCall("project_list", {});
  const slug = useOptionalSlug();
  const projects = data ?? [];
  const project = projects.find((each) => each.slug === (slug ?? lastProject())) ?? projects[0] ?? null;
  return { project, projects };
}
