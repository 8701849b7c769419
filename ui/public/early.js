// What is done before the application's own code is there. A file of its own: the content security policy allows no
// inline script.
(() => {
  const root = document.documentElement;
  const kept = (key) => {
    try {
      return localStorage.getItem(`waybill.${key}`);
    } catch {
      // Storage may be forbidden; what stands here is then right enough.
      return null;
    }
  };

  // Theme and density before the first paint, from what the last visit kept; `src/lib/appearance.ts` keeps both.
  const theme = kept("theme") ?? "system";
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = kept("density") ?? "compact";
  root.classList.toggle("dark", dark);

  // In the desktop application: what the last start asked first is asked now, so that the answers are there when
  // the code is; `src/platform/early.ts` keeps the questions and takes the answers.
  const shell = window.__TAURI_INTERNALS__;
  if (shell === undefined || location.pathname.startsWith("/quick")) return;
  const answers = new Map();
  window.__WAYBILL_EARLY__ = answers;
  try {
    for (const [name, args] of JSON.parse(kept("first_calls") ?? "[]")) {
      const answer = shell.invoke("call", { name, args });
      // Whoever takes it hears of a refusal; an answer that nobody takes is nobody's concern.
      answer.catch(() => undefined);
      answers.set(JSON.stringify([name, args]), answer);
    }
  } catch {
    // What was kept cannot be read: everything is asked when it is wanted.
  }
})();
