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
  /** Answers whether it was kept; if not, the user has been told. */
  async function set(settings: Partial<Settings>): Promise<boolean> {
    const rollback = patch(client, "settings_get", (answer) => ({ ...answer, ...settings }));
    try {
      await command.mutateAsync({ settings });
      return true;
    } catch (error) {
      rollback();
      toastError("The setting could not be saved", error);
      return false;
    }
  }
  return { ...query, set };
}

/** The same for a project's settings; its environment has a command of its own. */
export function useProjectSettings(project: string) {
  const client = useQueryClient();
  const query = useCall("project_settings_get", { project });
  const command = useCommand("project_settings_set");
  async function set(settings: Partial<Omit<ProjectSettings, "environment">>): Promise<boolean> {
    const rollback = patch(client, "project_settings_get", (answer, args) =>
      args.project === project ? { ...answer, ...settings } : answer,
    );
    try {
      await command.mutateAsync({ project, settings });
      return true;
    } catch (error) {
      rollback();
      toastError("The setting could not be saved", error);
      return false;
    }
  }
  return { ...query, set };
}
