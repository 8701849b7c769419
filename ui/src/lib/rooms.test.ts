import { describe, expect, it } from "vitest";

const sources = import.meta.glob("../**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
}) as Record<string, string>;

/** Where a file stands below `src`, and what it imports, as paths below `src` or names of packages. */
const files = Object.entries(sources).map(([path, text]) => {
  const file = path.replace("../", "").replace(/^\.\//, "lib/");
  const imports = [...text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)"([^"]+)"/g)].map((match) =>
    resolve(file, match[1] ?? ""),
  );
  return { file, imports };
});

describe("the rooms of the UI", () => {
  it("keep Tauri behind one door", () => {
    for (const { file, imports } of files) {
      if (file.startsWith("platform/")) continue;
      expect(
        imports.filter((name) => name.startsWith("@tauri-apps")),
        `${file} must not know Tauri`,
      ).toEqual([]);
    }
  });

  it("keep features apart, and away from the frame", () => {
    for (const { file, imports } of files) {
      const feature = /^features\/([^/]+)\//.exec(file)?.[1];
      if (!feature) continue;
      const wrong = imports.filter(
        (name) =>
          name.startsWith("app/") ||
          (name.startsWith("features/") && !name.startsWith(`features/${feature}/`)),
      );
      expect(wrong, `${file} must not import another feature or the frame`).toEqual([]);
    }
  });

  it("let the shared rooms know nothing of features", () => {
    for (const { file, imports } of files) {
      if (file.startsWith("features/") || file.startsWith("app/")) continue;
      expect(
        imports.filter((name) => /^(features|app)\//.test(name)),
        `${file} is shared`,
      ).toEqual([]);
    }
  });
});

function resolve(file: string, name: string): string {
  if (name.startsWith("@/")) return name.slice(2);
  if (!name.startsWith(".")) return name;
  const parts = file.split("/").slice(0, -1);
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
