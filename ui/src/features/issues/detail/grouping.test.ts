import { describe, expect, it } from "vitest";
import type { Author, IssueUpdate } from "../../../api/generated/bindings";
import { groupActivity } from "./grouping";

const ana: Author = { kind: "guest", user_id: "guest:1", handle: "ana", display_name: "Ana" };
const me: Author = { kind: "operator", user_id: "operator", handle: null, display_name: null };

let count = 0;
function update(kind: IssueUpdate["kind"], at: number, more: Partial<IssueUpdate> = {}): IssueUpdate {
  count += 1;
  return {
    id: `update-${count}`,
    author: me,
    kind,
    body: null,
    metadata: null,
    visibility: "all",
    created_at: at,
    ...more,
  };
}
const moved = (from: string, to: string, at: number, more: Partial<IssueUpdate> = {}) =>
  update("status_change", at, { metadata: { from, to, via: "operator" }, ...more });

describe("the activity of an issue", () => {
  it("keeps comments apart, in their order", () => {
    const entries = groupActivity([
      update("comment", 1, { body: "first" }),
      update("comment", 2, { body: "second" }),
    ]);
    expect(entries.map((entry) => entry.type)).toEqual(["comment", "comment"]);
  });

  it("gathers what one author changed in one go", () => {
    const entries = groupActivity([
      update("priority_change", 0, { metadata: { from: "medium", to: "high" } }),
      update("label_change", 30_000, { metadata: { added: ["bug"], removed: [] } }),
    ]);
    expect(entries, "two lines for one go would bury the comments").toHaveLength(1);
    expect(entries[0]).toMatchObject({
      changes: [
        { kind: "priority", to: "high" },
        { kind: "labels", added: ["bug"] },
      ],
    });
  });

  it("keeps authors apart", () => {
    const entries = groupActivity([
      update("title_edit", 0, { metadata: { from: "a", to: "b" } }),
      update("title_edit", 10, { metadata: { from: "b", to: "c" }, author: ana }),
    ]);
    expect(entries, "nobody is shown with another's change").toHaveLength(2);
  });

  it("keeps apart what lies hours apart", () => {
    expect(
      groupActivity([moved("open", "triaged", 0), moved("triaged", "assigned", 3_600_000)]),
    ).toHaveLength(2);
  });

  it("tells the steps of one move as one", () => {
    const [entry] = groupActivity([
      moved("open", "triaged", 5),
      moved("triaged", "rejected", 5, { body: "Out of scope." }),
    ]);
    expect(entry).toMatchObject({
      changes: [{ kind: "status", from: "open", to: "rejected", via: "operator", note: "Out of scope." }],
    });
  });

  it("never swallows a reason", () => {
    const [entry] = groupActivity([
      moved("open", "rejected", 5, { body: "Out of scope." }),
      moved("rejected", "triaged", 6),
    ]);
    expect(entry?.type === "changes" && entry.changes, "the note of the first move stays").toHaveLength(2);
  });

  it("keeps internal changes apart from those that guests see", () => {
    const entries = groupActivity([
      moved("open", "triaged", 5),
      update("system_note", 6, { body: "run 4 failed", visibility: "operator_only", metadata: { run: 4 } }),
    ]);
    expect(entries.map((entry) => entry.type === "changes" && entry.internal)).toEqual([false, true]);
  });

  it("tells a link with the other issue, made and removed", () => {
    const link = (change: string, at: number) =>
      update("link_change", at, { metadata: { change, relation: "blocked_by", other: 7 } });
    const [entry] = groupActivity([link("added", 1), link("removed", 2)]);
    expect(entry).toMatchObject({
      changes: [
        { kind: "link", added: true, relation: "blocked_by", other: 7 },
        { kind: "link", added: false, relation: "blocked_by", other: 7 },
      ],
    });
  });

  it("tells of an assignment from where to where", () => {
    const [entry] = groupActivity([
      update("assignment_change", 1, { metadata: { from: null, to: "workflow:nightly" } }),
    ]);
    expect(entry).toMatchObject({ changes: [{ kind: "assignment", from: null, to: "workflow:nightly" }] });
  });

  it("shows nothing for a change that says nothing", () => {
    const silent = [update("status_change", 1), update("system_note", 2), update("link_change", 3)];
    expect(groupActivity(silent)).toEqual([]);
  });
});
