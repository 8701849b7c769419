import { afterEach, describe, expect, it, vi } from "vitest";
import type { View } from "../../../api/generated/bindings";
import { removeView, saveView, viewNamed, viewShown } from "./saved";

const { call } = vi.hoisted(() => ({ call: vi.fn() }));
vi.mock("../../../api/client", () => ({ call }));
const { toast, toastError } = vi.hoisted(() => ({ toast: vi.fn(), toastError: vi.fn() }));
vi.mock("../../../design/toasts", () => ({ toast, toastError }));

const urgent: View = {
  id: "v1",
  name: "Urgent",
  query: "priority:critical",
  layout: "list",
  group_by: "status",
};
const board: View = { id: "v2", name: "By label", query: "is:active", layout: "board", group_by: "label" };
const undo = async () => {
  const [said] = toast.mock.calls[0] as [{ undo: () => Promise<void> }];
  await said.undo();
};

afterEach(() => vi.clearAllMocks());

describe("a saved view", () => {
  it("is known again by what it shows", () => {
    const views = [urgent, board];
    const list = { query: " priority:critical ", layout: "list", group_by: "label" } as const;
    expect(viewShown(views, list), "a list has no columns").toBe(urgent);
    expect(viewShown(views, { query: "is:active", layout: "board", group_by: "label" })).toBe(board);
    expect(
      viewShown(views, { query: "is:active", layout: "board", group_by: "status" }),
      "the same board by status is another view",
    ).toBeNull();
  });

  it("of the same name is replaced, and its undo brings the former one back", async () => {
    call.mockResolvedValue(urgent);
    await saveView("demo", [urgent], "urgent ", { query: "is:open", layout: "list", group_by: "status" });
    expect(call).toHaveBeenCalledWith("view_save", expect.objectContaining({ id: "v1", query: "is:open" }));
    await undo();
    expect(call).toHaveBeenLastCalledWith("view_save", { project: "demo", ...urgent });
  });

  it("that is deleted comes back whole", async () => {
    call.mockResolvedValue({});
    await removeView("demo", board);
    await undo();
    expect(call).toHaveBeenLastCalledWith("view_save", {
      project: "demo",
      name: "By label",
      query: "is:active",
      layout: "board",
      group_by: "label",
    });
  });

  it("that cannot be deleted says so, and offers no undo", async () => {
    call.mockRejectedValue(new Error("the database is locked"));
    await removeView("demo", board);
    expect(toast).not.toHaveBeenCalled();
    expect(toastError).toHaveBeenCalledOnce();
  });

  it("is found by its name in any case", () => {
    expect(viewNamed([urgent], " URGENT ")).toBe(urgent);
    expect(viewNamed([urgent], "")).toBeNull();
  });
});
