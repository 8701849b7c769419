import { afterEach, expect, it, vi } from "vitest";
import { countKeys, countMouse } from "./lessons";

const { toast } = vi.hoisted(() => ({ toast: vi.fn() }));
vi.mock("../design/toasts", () => ({ toast }));

afterEach(() => {
  localStorage.clear();
  vi.clearAllMocks();
});

it("names the key of what was done three times with the mouse, once and never again", () => {
  for (let time = 0; time < 10; time++) countMouse("issue.triage");
  expect(toast).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ title: "T does that too" }));
});

it("teaches nobody what they know", () => {
  countMouse("issue.triage");
  countKeys("issue.triage");
  for (let time = 0; time < 5; time++) countMouse("issue.triage");
  expect(toast).not.toHaveBeenCalled();
});

it("has nothing to say of what has no key", () => {
  for (let time = 0; time < 5; time++) countMouse("backup.make");
  expect(toast).not.toHaveBeenCalled();
});

it("forgets what it cannot read", () => {
  localStorage.setItem("waybill.lessons", "not json");
  expect(() => countMouse("issue.triage")).not.toThrow();
});
