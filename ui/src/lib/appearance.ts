import type { Density, Theme } from "../api/generated/bindings";

/** Applies theme and density, and keeps them for `public/early.js`, which applies them before the next first paint. */
export function applyAppearance(theme: Theme, density: Density): void {
  const root = document.documentElement;
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = density;
  root.classList.toggle("dark", dark);
  try {
    localStorage.setItem("waybill.theme", theme);
    localStorage.setItem("waybill.density", density);
  } catch {
    // Storage may be forbidden: the next start then begins with the system's theme.
  }
}

/** Follows the system's theme while the user has chosen to. */
export function followSystemTheme(theme: Theme, density: Density): () => void {
  if (theme !== "system") return () => {};
  const media = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => applyAppearance(theme, density);
  media.addEventListener("change", follow);
  return () => media.removeEventListener("change", follow);
}
