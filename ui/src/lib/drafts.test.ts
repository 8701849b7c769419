import { afterEach, expect, it } from "vitest";
import { readDraft, writeDraft } from "./drafts";

const empty = { title: "", labels: [] as string[] };

afterEach(() => sessionStorage.clear());

it("gives back what was typed, and forgets it once it was sent", () => {
  writeDraft("demo", { title: "Half a thought", labels: ["bug"] });
  expect(readDraft("demo", empty)).toEqual({ title: "Half a thought", labels: ["bug"] });
  writeDraft("demo", null);
  expect(readDraft("demo", empty), "the next issue begins empty").toEqual(empty);
});

it("begins empty rather than fail on what it cannot read", () => {
  sessionStorage.setItem("waybill.draft.demo", "{");
  expect(readDraft("demo", empty)).toEqual(empty);
  writeDraft("demo", { title: 7, labels: "bug", gone: true });
  expect(readDraft("demo", empty), "a draft of another version must not break the dialog").toEqual(empty);
});
