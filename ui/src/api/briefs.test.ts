import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { briefOptions, warmBriefs } from "./briefs";

const { call } = vi.hoisted(() => ({ call: vi.fn() }));
vi.mock("./client", () => ({ call }));

const brief = (number: number) => ({ number, title: `Issue ${number}`, status: "open", priority: "low" });
const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });

afterEach(() => {
  vi.clearAllMocks();
  client.clear();
});

it("asks once for all mentions of a page", async () => {
  call.mockImplementation((_, { numbers }: { numbers: number[] }) =>
    Promise.resolve(numbers.filter((number) => number !== 3).map(brief)),
  );
  warmBriefs(client, "demo", [1, 2, 3]);
  warmBriefs(client, "demo", [2, 4]);
  const [one, missing] = await Promise.all([
    client.fetchQuery(briefOptions("demo", 1)),
    client.fetchQuery(briefOptions("demo", 3)),
  ]);
  expect(call, "a page of a hundred comments is one request, not a hundred").toHaveBeenCalledTimes(1);
  expect(call).toHaveBeenCalledWith("issue_briefs", { project: "demo", numbers: [1, 2, 3, 4] });
  expect(one, "each card has its own issue").toEqual([brief(1)]);
  expect(missing, "an issue that is not there is known to be missing").toEqual([]);
});

it("never asks for more than one request may name", async () => {
  call.mockImplementation((_, { numbers }: { numbers: number[] }) => Promise.resolve(numbers.map(brief)));
  warmBriefs(
    client,
    "demo",
    Array.from({ length: 450 }, (_, index) => index + 1),
  );
  await client.fetchQuery(briefOptions("demo", 450));
  const sizes = call.mock.calls.map(([, { numbers }]) => numbers.length);
  expect(sizes, "a request over the limit would be refused whole").toEqual([200, 200, 50]);
});

it("asks again after a refusal", async () => {
  call.mockRejectedValueOnce(new Error("unreachable"));
  warmBriefs(client, "demo", [7]);
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  call.mockResolvedValue([brief(7)]);
  expect(await client.fetchQuery(briefOptions("demo", 7))).toEqual([brief(7)]);
});
