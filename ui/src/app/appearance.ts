import { useEffect } from "react";
import { useCall } from "../api/queries";
import { applyAppearance, followSystemTheme } from "../lib/appearance";

/** Keeps theme and density as the settings say. */
export function useAppearance(): void {
  const { data: settings } = useCall("settings_get", {});
  const theme = settings?.theme;
  const density = settings?.density;
  useEffect(() => {
    if (!theme || !density) return;
    applyAppearance(theme, density);
    return followSystemTheme(theme, density);
  }, [theme, density]);
}
