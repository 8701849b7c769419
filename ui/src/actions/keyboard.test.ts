import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startKeyboard } from "./keyboard";
import { type ActionHandlers, registerActions } from "./registry";

let ends: (() => void)[] = [];
const live = (handlers: ActionHandlers, order = 0) => ends.push(registerActions(() => handlers, order));
const type = (key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));

beforeEach(() => {
  ends = [startKeyboard()];
});

afterEach(() => {
  for (const end of ends) end();
  document.body.replaceChildren();
});

describe("the keyboard", () => {
  it("runs an action by its key, and lets the browser have the others", () => {
    const run = vi.fn();
    live({ "issue.new": run });
    expect(type("c"), "a taken key is not the browser's any more").toBe(false);
    expect(run, "c files an issue").toHaveBeenCalledOnce();
    expect(type("q"), "an unknown key stays the browser's").toBe(true);
  });

  it("runs sequences, and forgets a first key that leads nowhere", () => {
    const issues = vi.fn();
    const triage = vi.fn();
    live({ "go.issues": issues, "issue.triage": triage });
    type("g");
    type("i");
    expect(issues, "g i goes to the issues").toHaveBeenCalledOnce();
    type("g");
    type("x");
    type("t");
    expect(triage, "the t after a broken sequence is a plain t").toHaveBeenCalledOnce();
  });

  it("never takes typing away from a text field, but takes Ctrl+K", () => {
    const issue = vi.fn();
    const palette = vi.fn();
    live({ "issue.new": issue, "palette.open": palette });
    const input = document.createElement("input");
    document.body.append(input);
    type("c", input);
    expect(issue, "c is a letter here").not.toHaveBeenCalled();
    type("k", input, { ctrlKey: true });
    expect(palette, "Ctrl+K opens the palette from anywhere").toHaveBeenCalledOnce();
  });

  it("leaves an open dialog its keys", () => {
    const reject = vi.fn();
    live({ "issue.reject": reject });
    const dialog = document.createElement("div");
    dialog.setAttribute("role", "dialog");
    const button = document.createElement("button");
    dialog.append(button);
    document.body.append(dialog);
    type("x", button);
    expect(reject, "no issue is rejected from behind a dialog").not.toHaveBeenCalled();
  });

  it("gives a key to the inner of two pages that know it, in whichever order they came", () => {
    const tab = vi.fn();
    const priority = vi.fn();
    live({ "run.output": tab }, 2);
    live({ "issue.priority-critical": priority }, 1);
    type("1");
    expect(tab, "the inner one").toHaveBeenCalledOnce();
    expect(priority, "not the outer one").not.toHaveBeenCalled();
  });

  it("passes over what makes no sense now", () => {
    const run = vi.fn();
    live({ "run.cancel": { run, when: () => false } });
    type("C", document.body, { shiftKey: true });
    expect(run, "a finished run cannot be cancelled").not.toHaveBeenCalled();
  });

  it("does not repeat an action while its key is held", () => {
    const run = vi.fn();
    live({ undo: run });
    type("z");
    type("z", document.body, { repeat: true });
    expect(run, "holding z takes back one change").toHaveBeenCalledOnce();
  });
});
