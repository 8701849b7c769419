import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Issue } from "../../api/generated/bindings";
import { pagesKey, queryKey } from "../../api/queries";
import { issueChanges, relabelled, show, shown } from "./changes";
import { firstPage, type IssuePages, rowsOf } from "./list/pages";
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

  it("of many is one message and one undo, of those that it changed", async () => {
    call.mockImplementation((_, { number }: { number: number }) =>
      number === 1
        ? Promise.reject(new Error("refused"))
        : Promise.resolve({ issue: issue(number, { status: "triaged" }), updates: [`u${number}`] }),
    );
    await issueChanges(client, "demo").move([3, 2, 1], "triaged");
    expect(toast).toHaveBeenCalledTimes(1);
    expect(toast.mock.calls[0]?.[0].title).toBe("2 issues moved to triaged");
    expect([3, 2, 1].map((number) => listed(number)?.status)).toEqual(["triaged", "triaged", "open"]);
  });

  it("asks for nothing when nothing would change", async () => {
    await issueChanges(client, "demo").setPriority([2], "medium");
    expect(call, "a key pressed twice must not fill the history").not.toHaveBeenCalled();
  });

  it("never touches the same number of another project", () => {
    show(client, "other", 2, { priority: "critical" });
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
