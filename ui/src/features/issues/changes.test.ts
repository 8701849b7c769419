import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Issue } from "../../api/generated/bindings";
import { pagesKey, queryKey } from "../../api/queries";
import { assignmentName, issueChanges, relabelled, statusOnAssign } from "./changes";
import { firstPage, type IssuePages, rowsOf } from "./list/pages";
import { show, shown } from "./shown";
import { testRow } from "./testIssue";

const { call } = vi.hoisted(() => ({ call: vi.fn() }));
vi.mock("../../api/client", () => ({ call }));
const { toast, toastError } = vi.hoisted(() => ({ toast: vi.fn(), toastError: vi.fn() }));
vi.mock("../../design/toasts", () => ({ toast, toastError }));

const listKey = pagesKey("issue_list", { project: "demo", query: "is:active" });
let client: QueryClient;

function issue(number: number, more: Partial<Issue> = {}): Issue {
  const whole = {
    body: "",
    original_body: null,
    suggested_prompt: null,
    resolved_at: null,
    resolved_by: null,
    legal_moves: [],
  };
  return { ...testRow(number), ...whole, ...more };
}

/** A promise that the test settles. */
function deferred() {
  let resolve: (value: unknown) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<unknown>((good, bad) => {
    resolve = good;
    reject = bad;
  });
  return { promise, resolve, reject };
}

function listed(number: number) {
  return rowsOf(client.getQueryData<IssuePages>(listKey) as IssuePages).find((row) => row.number === number);
}

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(listKey, firstPage({ items: [testRow(3), testRow(2), testRow(1)], next: null }));
  client.setQueryData(queryKey("issue_get", { project: "demo", number: 2 }), issue(2));
});

afterEach(() => {
  vi.clearAllMocks();
  client.clear();
});

describe("a change of an issue", () => {
  it("shows before Waybill has answered, in the list and on its page", async () => {
    const answer = deferred();
    call.mockReturnValue(answer.promise);
    const done = issueChanges(client, "demo").setPriority([2], "critical");
    expect(listed(2)?.priority, "one keystroke, one frame").toBe("critical");
    expect(shown(client, "demo", 2)?.priority).toBe("critical");
    answer.resolve({ issue: issue(2, { priority: "critical" }), updates: ["u1"] });
    await done;
    expect(listed(2)?.priority).toBe("critical");
  });

  it("is put back when Waybill refuses it, and the reason is said", async () => {
    call.mockRejectedValue(new Error("an issue that is resolved cannot become open"));
    await issueChanges(client, "demo").move([2], "triaged");
    expect(listed(2)?.status, "a screen that lies is worse than a slow one").toBe("open");
    expect(shown(client, "demo", 2)?.status).toBe("open");
    expect(toastError).toHaveBeenCalledWith("#2 did not move to triaged", expect.any(Error));
    expect(toast, "what did not happen cannot be undone").not.toHaveBeenCalled();
  });

  it("puts back only its own field when another change went through meanwhile", async () => {
    const refused = deferred();
    call.mockReturnValueOnce(refused.promise);
    call.mockResolvedValueOnce({ issue: issue(2, { title: "Better title" }), updates: ["u1"] });
    const changes = issueChanges(client, "demo");
    const priority = changes.setPriority([2], "low");
    expect(await changes.editTitle(2, "Better title")).toBe(true);
    refused.reject(new Error("refused"));
    await priority;
    expect(listed(2), "the title must survive").toMatchObject({ title: "Better title", priority: "medium" });
  });

  it("is taken back with the updates that it made", async () => {
    call.mockResolvedValueOnce({ issue: issue(2, { priority: "high" }), updates: ["u1", "u2"] });
    await issueChanges(client, "demo").setPriority([2], "high");
    const [said] = toast.mock.calls[0] as [{ title: string; undo: () => Promise<void> }];
    expect(said.title).toBe("#2 set to high");
    call.mockResolvedValueOnce({ issue: issue(2), updates: [] });
    const undone = said.undo();
    expect(listed(2)?.priority, "undo is as quick as the change").toBe("medium");
    await undone;
    expect(call).toHaveBeenLastCalledWith("issue_undo", {
      project: "demo",
      number: 2,
      updates: ["u1", "u2"],
    });
  });

  it("of many is one request, one message and one undo, and says by number what was refused", async () => {
    call.mockResolvedValue({
      changed: [3, 2].map((number) => ({
        issue: testRow(number, { status: "triaged" }),
        updates: [`u${number}`],
      })),
      refused: [{ number: 1, message: "a resolved issue can only be reopened" }],
    });
    const all = await issueChanges(client, "demo").move([3, 2, 1], "triaged");
    expect(all, "a dragged card must know that it may not stay").toBe(false);
    expect(call).toHaveBeenCalledExactlyOnceWith("issue_edit_many", {
      project: "demo",
      numbers: [3, 2, 1],
      status: "triaged",
      add_labels: [],
      remove_labels: [],
    });
    expect([3, 2, 1].map((number) => listed(number)?.status)).toEqual(["triaged", "triaged", "open"]);
    const said = toast.mock.calls.map(([content]) => content);
    expect(said.map((each) => each.title)).toEqual([
      "1 issue did not move to triaged",
      "2 issues moved to triaged",
    ]);
    expect(said[0].text, "which one, and why").toBe("#1: A resolved issue can only be reopened.");
    call.mockResolvedValue({ issue: issue(2), updates: [] });
    await said[1].undo();
    const undone = call.mock.calls.filter(([name]) => name === "issue_undo").map(([, args]) => args.updates);
    expect(undone, "z takes back what changed, and only that").toEqual([["u3"], ["u2"]]);
  });

  it("of more than a request may hold goes out in several", async () => {
    call.mockResolvedValue({ changed: [], refused: [] });
    const numbers = Array.from({ length: 2_001 }, (_, at) => at + 1);
    await issueChanges(client, "demo").label(numbers, ["bug"], []);
    expect(call.mock.calls.map(([, args]) => args.numbers.length)).toEqual([1_000, 1_000, 1]);
  });

  it("that removes shows at once, and comes back from the trash", async () => {
    const answer = deferred();
    call.mockReturnValueOnce(answer.promise);
    const done = issueChanges(client, "demo").remove([2]);
    expect(listed(2), "gone in the same frame").toBeUndefined();
    answer.resolve({ id: "t1", number: 2 });
    await done;
    const [said] = toast.mock.calls[0] as [{ title: string; undo: () => Promise<void> }];
    expect(said.title).toBe("#2 removed");
    call.mockResolvedValueOnce({ id: "t1" });
    await said.undo();
    expect(call).toHaveBeenLastCalledWith("trash_restore", { id: "t1" });
  });

  it("asks for nothing when nothing would change", async () => {
    await issueChanges(client, "demo").setPriority([2], "medium");
    expect(call, "a key pressed twice must not fill the history").not.toHaveBeenCalled();
  });

  it("never touches the same number of another project", () => {
    show(client, "other", new Map([[2, { priority: "critical" }]]));
    expect(listed(2)?.priority).toBe("medium");
  });
});

describe("labels", () => {
  const known = [
    { id: "l1", name: "bug", colour: "red" },
    { id: "l2", name: "ui", colour: "blue" },
  ];

  it("keep their colour when put on, whatever the case they are typed in", () => {
    expect(relabelled([], ["BUG"], [], known)).toEqual([known[0]]);
  });

  it("are never on twice, and stand in the order of their names", () => {
    const both = relabelled(known, ["bug", "area"], [], known).map((label) => label.name);
    expect(both).toEqual(["area", "bug", "ui"]);
  });

  it("come off", () => {
    expect(relabelled(known, [], ["bug"], known)).toEqual([known[1]]);
  });
});

describe("assigning", () => {
  it("shows the status that it leads to, and touches no other", () => {
    expect(statusOnAssign("triaged", "primary")).toBe("assigned");
    expect(statusOnAssign("open", "primary"), "triaged on the way").toBe("assigned");
    expect(statusOnAssign("assigned", null), "unassigned").toBe("triaged");
    expect(statusOnAssign("in_progress", "workflow:nightly"), "what is being worked on goes on").toBe(
      "in_progress",
    );
  });

  it("names its target as a person would", () => {
    expect(assignmentName("primary")).toBe("the primary agent");
    expect(assignmentName("workflow:a:b"), "a name may hold a colon").toBe("workflow a:b");
  });
});
