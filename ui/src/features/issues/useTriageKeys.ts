import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { call } from "../../api/client";
import type { Settings } from "../../api/generated/bindings";
import { queryKey, useCall } from "../../api/queries";

/** After so many uses the keys are known, and the line that names them goes. */
export const KEYS_LEARNED = 100;

/** How often triage keys were used, and the counting of one more use. */
export function useTriageKeys() {
  const client = useQueryClient();
  const used = useCall("settings_get", {}).data?.triage_keys_used;
  const count = useCallback(() => {
    const settings = client.getQueryData<Settings>(queryKey("settings_get", {}));
    if (!settings || settings.triage_keys_used >= KEYS_LEARNED) return;
    const triage_keys_used = settings.triage_keys_used + 1;
    client.setQueryData<Settings>(queryKey("settings_get", {}), { ...settings, triage_keys_used });
    // The count is a convenience: when it is lost, the line stays for one more use.
    call("settings_set", { settings: { triage_keys_used } }).catch(() => undefined);
  }, [client]);
  return { used, count };
}
