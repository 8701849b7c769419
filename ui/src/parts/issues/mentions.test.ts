import { describe, expect, it } from "vitest";
import { mentionAt, mentioned, searchQuery } from "./mentions";

const at = (text: string) => {
  const caret = text.indexOf("|");
  return mentionAt(text.replace("|", ""), caret);
};

describe("a mention that is being typed", () => {
  it("is found right before the caret", () => {
    expect(at("see #4|")).toEqual({ from: 4, typed: "4" });
    expect(at("#|")).toEqual({ from: 0, typed: "" });
    expect(at("line one\n(#drops labels|")).toEqual({ from: 10, typed: "drops labels" });
  });

  it("is not seen in words, headings and lines above", () => {
    for (const text of ["a#4|", "# Steps|", "## Steps|", "#4\nnext|", "C#|", "&#42|", "#one  two  |"]) {
      expect(at(text), `${text} is no mention, and Enter must make a new line`).toBeNull();
    }
  });

  it("becomes the number, with one space behind it", () => {
    expect(mentioned("see #dro", { from: 4, typed: "dro" }, 12)).toEqual({ text: "see #12 ", caret: 8 });
    expect(mentioned("see #dro now", { from: 4, typed: "dro" }, 12).text).toBe("see #12 now");
  });
});

describe("the search for it", () => {
  it("is by number or by words that are not finished", () => {
    expect(searchQuery("#0042")).toBe("#42");
    expect(searchQuery("drops lab")).toBe("drops* lab*");
  });

  it("never reads what is typed as a qualifier", () => {
    expect(searchQuery('is:open -x "y')).toBe("is* open* x* y*");
  });

  it("offers the most recent ones before anything is typed", () => {
    expect(searchQuery("#")).toBe("is:active sort:updated");
  });
});
