import type { ReactNode } from "react";
import type { ProjectSettings } from "@/api/generated/bindings";
import { ErrorState, Skeleton } from "@/design/States";
import { useProjectSettings } from "../useSettings";

export type SetProjectSettings = ReturnType<typeof useProjectSettings>["set"];

interface WithSettingsProps {
  slug: string;
  children: (settings: ProjectSettings, set: SetProjectSettings) => ReactNode;
}

/** Shows a section once the project's settings are there. */
export function WithSettings({ slug, children }: WithSettingsProps) {
  const { data, error, refetch, set } = useProjectSettings(slug);
  if (error) {
    return (
      <ErrorState
        title="The project's settings could not be loaded"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) return <Skeleton />;
  return children(data, set);
}
