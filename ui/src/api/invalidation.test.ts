import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { Changed, Tag } from "./generated/bindings";
import { applyChange, applyRefetch, isStale } from "./invalidation";
import { queryKey } from "./queries";

const change = (tags: Tag[], ids: string[] = []): Changed => ({ seq: 1, tags, ids });
const client = () =>
  new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });

describe("what a change makes stale", () => {
  it("refreshes a list whenever its tag is touched, whichever row it was", () => {
    const key = queryKey("issue_list", { project: "p", query: "" });
    expect(isStale(client(), key, change(["issues"], ["I1"])), "any issue may enter or leave a list").toBe(
      true,
    );
    expect(isStale(client(), key, change(["secrets"])), "keys do not show in it").toBe(false);
  });

  it("leaves an open issue alone when another one changed", () => {
    const cache = client();
    const ref = { project: "p", number: 1 };
    cache.setQueryData(queryKey("issue_get", ref), { id: "I1" });
    for (const key of [queryKey("issue_get", ref), queryKey("issue_updates", ref)]) {
      expect(isStale(cache, key, change(["issues"], ["I2"])), `${key[0]}: it was another issue`).toBe(false);
      expect(isStale(cache, key, change(["issues"], ["I1"])), `${key[0]}: it was this one`).toBe(true);
      expect(isStale(cache, key, change(["issues"])), `${key[0]}: no ids means anything`).toBe(true);
    }
    expect(
      isStale(cache, queryKey("issue_get", ref), change(["runs"], ["R9"])),
      "an issue shows its run, whose id it does not know",
    ).toBe(true);
  });

  it("refreshes what is not known yet", () => {
    const key = queryKey("issue_updates", { project: "p", number: 1 });
    expect(isStale(client(), key, change(["issues"], ["I2"])), "the issue's id is unknown").toBe(true);
  });

  it("pulls the output of a run only when that run spoke", () => {
    const cache = client();
    cache.setQueryData(queryKey("run_get", { project: "p", number: 7 }), { id: "R7" });
    const key = queryKey("run_output", { project: "p", number: 7, from: 100 });
    expect(isStale(cache, key, change(["output"], ["R8"])), "another run spoke").toBe(false);
    expect(isStale(cache, key, change(["output"], ["R7"])), "this run spoke").toBe(true);
  });

  it("touches nothing that is no query of Waybill's", () => {
    expect(isStale(client(), ["something", {}], change(["issues"])), "a key of someone else").toBe(false);
  });
});

describe("refreshing", () => {
  it("asks once more when the change came while the answer was under way", async () => {
    const cache = client();
    const answers: ((value: string) => void)[] = [];
    const asked = cache.fetchQuery({
      queryKey: queryKey("project_list", {}),
      queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
    });
    applyChange(cache, change(["projects"]));
    applyChange(cache, change(["projects"]));
    answers[0]?.("old");
    await asked;
    await Promise.resolve();
    const state = cache.getQueryState(queryKey("project_list", {}));
    expect(state?.isInvalidated, "the answer may be older than the change").toBe(true);
    expect(answers.length, "nobody shows it, so it is not fetched again before it is shown").toBe(1);
  });

  it("marks everything when the feed lost its place", () => {
    const cache = client();
    cache.setQueryData(queryKey("project_list", {}), []);
    cache.setQueryData(["mine"], 1);
    applyRefetch(cache);
    expect(cache.getQueryState(queryKey("project_list", {}))?.isInvalidated, "Waybill's data").toBe(true);
    expect(cache.getQueryState(["mine"])?.isInvalidated, "not what is no query of Waybill's").toBe(false);
  });
});
