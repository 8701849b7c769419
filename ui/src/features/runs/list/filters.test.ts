import { describe, expect, it } from "vitest";
import { runViews, statusesOf, viewOf } from "./filters";

describe("the views of the runs list", () => {
  it("are found again from their addresses", () => {
    for (const view of runViews)
      expect(viewOf(statusesOf(view.status)), `${view.title} is marked as chosen`).toBe(view);
  });

  it("take any statuses, in any order", () => {
    expect(statusesOf("running,pending"), "a link from elsewhere works").toEqual(["pending", "running"]);
    expect(viewOf(statusesOf("failed,cancelled")), "statuses that are no view mark none").toBeNull();
  });

  it("show everything when the address makes no sense", () => {
    expect(statusesOf("nonsense"), "a mistyped address hides nothing").toEqual([]);
  });
});
