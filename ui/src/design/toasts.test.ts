import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { canUndo, TOAST_MS, toast, undoLast, undoToast } from "./toasts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  while (undoLast());
  vi.useRealTimers();
});

describe("undo", () => {
  it("walks back through the session, also after the toasts are gone", () => {
    const undone: string[] = [];
    toast({ title: "first", undo: () => undone.push("first") });
    toast({ title: "no undo" });
    toast({ title: "second", undo: () => undone.push("second") });
    vi.advanceTimersByTime(TOAST_MS * 2);
    undoLast();
    undoLast();
    expect(undone, "the last change first").toEqual(["second", "first"]);
    expect(canUndo(), "nothing is left").toBe(false);
    expect(undoLast(), "and z then does nothing").toBe(false);
  });

  it("takes back a change once, by button or by key", () => {
    const undo = vi.fn();
    const id = toast({ title: "moved", undo });
    undoToast(id);
    undoToast(id);
    undoLast();
    expect(undo, "once").toHaveBeenCalledOnce();
  });
});
