import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { Settings } from "./generated/bindings";
import { patch } from "./optimistic";
import { pagesKey, queryKey } from "./queries";

describe("changing the cache before the answer", () => {
  it("shows the change at once and takes it back whole", () => {
    const client = new QueryClient();
    const key = queryKey("settings_get", {});
    const before = { theme: "light" } as Settings;
    client.setQueryData(key, before);
    const rollback = patch(client, "settings_get", (settings) => ({ ...settings, theme: "dark" }));
    expect(client.getQueryData<Settings>(key)?.theme, "shown at once").toBe("dark");
    rollback();
    expect(client.getQueryData(key), "as it was").toEqual(before);
  });

  it("reaches every page of a list and leaves other lists as they are", () => {
    const client = new QueryClient();
    const [mine, other] = ["a", "b"].map((project) => pagesKey("issue_list", { project, query: "" }));
    const page = (title: string) => ({ items: [{ title }], next: null });
    for (const key of [mine, other]) {
      client.setQueryData(key as readonly unknown[], {
        pages: [page("one"), page("two")],
        pageParams: [null, "x"],
      });
    }
    const untouched = client.getQueryData(other as readonly unknown[]);
    patch(client, "issue_list", (answer, args) =>
      args.project === "a"
        ? { ...answer, items: answer.items.map((item) => ({ ...item, title: item.title.toUpperCase() })) }
        : answer,
    );
    const pages = client.getQueryData<{ pages: { items: { title: string }[] }[] }>(
      mine as readonly unknown[],
    )?.pages;
    expect(
      pages?.map((each) => each.items[0]?.title),
      "both pages",
    ).toEqual(["ONE", "TWO"]);
    expect(client.getQueryData(other as readonly unknown[]), "the same object: nothing redraws").toBe(
      untouched,
    );
  });
});
