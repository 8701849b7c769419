// Sets theme and density before the first paint, from what the last visit kept. A file of its own: the content
// security policy allows no inline script. `src/lib/appearance.ts` keeps both up to date afterwards.
(() => {
  const root = document.documentElement;
  let theme = "system";
  let density = "compact";
  try {
    theme = localStorage.getItem("waybill.theme") ?? theme;
    density = localStorage.getItem("waybill.density") ?? density;
  } catch {
    // Storage may be forbidden; the system's theme is then right enough.
  }
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = density;
  root.classList.toggle("dark", dark);
})();
