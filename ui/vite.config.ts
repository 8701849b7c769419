import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What every page needs: the libraries of the frame, and our own rooms below the features. */
const shared =
  /node_modules[\\/](?:react|react-dom|scheduler|@tanstack|@radix-ui|@floating-ui|lucide-react)[\\/]|ui[\\/]src[\\/](?:actions|api|design|lib|platform)[\\/](?!Markdown|markdown)/;

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
      // Each file costs a way through the shell before the first view: what all pages share is one.
      output: { codeSplitting: { groups: [{ name: "shared", test: shared }] } },
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
