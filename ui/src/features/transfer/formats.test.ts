import { expect, it } from "vitest";
import { isAbsolute, pathFault } from "./formats";

it("takes only paths that mean the same from anywhere", () => {
  for (const path of ["/home/me/issues.json", "C:\\me\\issues.json", "d:/x", "\\\\server\\share\\x"]) {
    expect(isAbsolute(path), path).toBe(true);
  }
  for (const path of ["issues.json", "./x", "~/x", "C:x"]) expect(isAbsolute(path), path).toBe(false);
});

it("says what is missing", () => {
  expect(pathFault("  ")).toBe("Say where it is.");
  expect(pathFault("issues.json")).toMatch(/whole path/);
  expect(pathFault(" /x ")).toBeNull();
});
