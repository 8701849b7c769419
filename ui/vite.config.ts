import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Rolldown } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Whether the application's first file needs a module: it imports it, or something that it imports does. The libraries
 * of what opens later (menus, dialogs, the other pages) come with what opens.
 */
function comesFirst(id: string, context: Rolldown.ChunkingContext, seen = new Set<string>()): boolean {
  const module = context.getModuleInfo(id);
  if (!module || seen.has(id)) return false;
  seen.add(id);
  return module.isEntry || module.importers.some((importer) => comesFirst(importer, context, seen));
}

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: {
      "@": here("./src"),
      // The content security policy forbids <style> injection, and the frame never scrolls the body: nothing to lock.
      "react-style-singleton": here("./src/lib/noStyleSingleton.ts"),
    },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["es2022", "safari16.4"],
    // Data URLs would need holes in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: here("./index.html"),
      // Each file costs a way through the shell before the first view: what that needs is one.
      output: {
        codeSplitting: {
          groups: [{ name: (id, context) => (comesFirst(id, context) ? "first" : null) }],
        },
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    // `WAYBILL_API=http://127.0.0.1:PORT npm run dev` develops against a running `waybill serve`.
    ...(process.env.WAYBILL_API
      ? { proxy: { "/api": { target: process.env.WAYBILL_API, changeOrigin: true } } }
      : {}),
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
