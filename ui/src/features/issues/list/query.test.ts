import { describe, expect, it } from "vitest";
import { sortOf, tidied, toggled, valuesOf, without } from "./query";

describe("a filter chip", () => {
  it("shows what the typed query says", () => {
    const query = 'importer is:open priority:high priority:critical label:"two words" by:me -label:ui';
    expect(valuesOf(query, "priority")).toEqual(["high", "critical"]);
    expect(valuesOf(query, "label"), "quotes hold together, and -label is another thing").toEqual([
      "two words",
    ]);
    expect(valuesOf(query, "author")).toEqual(["me"]);
    expect(valuesOf("is:running is:open", "status"), "a run's state is no status").toEqual(["open"]);
  });

  it("puts a value on and takes it off, and leaves what was typed", () => {
    const query = 'importer "second run" -docs';
    const on = toggled(query, "label", "two words");
    expect(on).toBe('importer "second run" -docs label:"two words"');
    expect(toggled(on, "label", "Two Words"), "labels are the same in any case").toBe(query);
  });

  it("replaces a group of statuses by one of them, and the other way round", () => {
    expect(toggled("is:active bug", "status", "triaged"), "active or triaged would still be all active").toBe(
      "bug is:triaged",
    );
    expect(toggled("is:triaged is:open", "status", "closed")).toBe("is:closed");
    expect(toggled("is:triaged", "status", "open"), "single ones add up").toBe("is:triaged is:open");
    expect(toggled("is:running is:active", "status", "open"), "what the run does stays").toBe(
      "is:running is:open",
    );
  });

  it("reads and writes lists of alternatives", () => {
    expect(valuesOf('is:open,triaged label:bug,"two words"', "label")).toEqual(["bug", "two words"]);
    expect(toggled("is:open,triaged x", "status", "open"), "the other one stays").toBe("is:triaged x");
    expect(toggled("label:bug", "label", "a, b"), "a comma in a name is no list").toBe(
      'label:bug label:"a, b"',
    );
  });

  it("clears its kind alone", () => {
    expect(without("priority:low words priority:high by:me", "priority")).toBe("words by:me");
  });
});

describe("a query", () => {
  it("is the same with other white space", () => {
    expect(tidied("  is:open   label:bug ")).toBe("is:open label:bug");
  });

  it("with a quote that is not closed loses nothing", () => {
    expect(tidied('a "b c')).toBe('a "b c');
  });

  it("names its order, the last word winning", () => {
    expect(sortOf("x sort:oldest sort:priority")).toBe("priority");
    expect(sortOf("x"), "none named").toBeNull();
  });
});
