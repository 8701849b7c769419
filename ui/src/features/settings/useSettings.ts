import { useQueryClient } from "@tanstack/react-query";
import type { ProjectSettings, Settings } from "@/api/generated/bindings";
import { patch } from "@/api/optimistic";
import { useCall, useCommand } from "@/api/queries";
import { toastError } from "@/design/toasts";

/** Waybill's settings, and a way to change some of them that shows at once. */
export function useSettings() {
  const client = useQueryClient();
  const query = useCall("settings_get", {});
  const command = useCommand("settings_set");
  function set(settings: Partial<Settings>) {
    const rollback = patch(client, "settings_get", (answer) => ({ ...answer, ...settings }));
    command.mutate(
      { settings },
      {
        onError(error) {
          rollback();
          toastError("The setting could not be saved", error);
        },
      },
    );
  }
  return { ...query, set };
}

/** The same for a project's settings; its environment has a command of its own. */
export function useProjectSettings(project: string) {
  const client = useQueryClient();
  const query = useCall("project_settings_get", { project });
  const command = useCommand("project_settings_set");
  function set(settings: Partial<Omit<ProjectSettings, "environment">>) {
    const rollback = patch(client, "project_settings_get", (answer, args) =>
      args.project === project ? { ...answer, ...settings } : answer,
    );
    command.mutate(
      { project, settings },
      {
        onError(error) {
          rollback();
          toastError("The setting could not be saved", error);
        },
      },
    );
  }
  return { ...query, set };
}
