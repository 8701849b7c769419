import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { httpPlatform } from "./http";
import { CallError } from "./platform";

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, "", "/p/shop/inbox#token=secret");
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

describe("calling over HTTP", () => {
  it("takes the token out of the address and sends it with every call", async () => {
    const fetched = vi.fn(async () => json({ ok: 1 }));
    vi.stubGlobal("fetch", fetched);
    const platform = httpPlatform();
    expect(location.href, "a bookmark must not carry the token").not.toContain("secret");
    await platform.call("app_info", {});
    const [url, request] = fetched.mock.calls[0] as unknown as [string, RequestInit];
    expect(url, "the command's address").toBe("/api/v1/call/app_info");
    expect(new Headers(request.headers).get("authorization"), "the token").toBe("Bearer secret");
  });

  it("keeps the token over a reload", async () => {
    httpPlatform();
    const fetched = vi.fn(async () => json({}));
    vi.stubGlobal("fetch", fetched);
    await httpPlatform().call("app_info", {});
    const [, request] = fetched.mock.calls[0] as unknown as [string, RequestInit];
    expect(new Headers(request.headers).get("authorization"), "from the session").toBe("Bearer secret");
  });

  it("tells a refusal from silence", async () => {
    const platform = httpPlatform();
    vi.stubGlobal("fetch", async () => json({ code: "conflict", message: "No.", hint: "Do this." }, 409));
    const refused = await platform.call("issue_move", {}).catch((error: unknown) => error);
    expect(refused, "what Waybill said").toMatchObject({
      code: "conflict",
      message: "No.",
      hint: "Do this.",
    });
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    const silent = await platform.call("issue_move", {}).catch((error: unknown) => error);
    expect(silent, "a call error").toBeInstanceOf(CallError);
    expect((silent as CallError).code, "nobody answered").toBe("unreachable");
  });
});

describe("following the feed", () => {
  it("goes on after the last event seen when the stream breaks", async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    const streams = [
      'id: 5\nevent: changed\ndata: {"seq":5,"tags":["issues"],"ids":[]}\n\n',
      ": nothing\n\n",
    ];
    vi.stubGlobal("fetch", async (url: string, { signal }: RequestInit) => {
      asked.push(url);
      const text = streams.shift();
      if (text === undefined) return new Promise((_, reject) => signal?.addEventListener("abort", reject));
      return new Response(text);
    });
    const heard: number[] = [];
    const states: string[] = [];
    const refetch = vi.fn();
    const feed = httpPlatform().listen({
      changed: ({ seq }) => heard.push(seq),
      refetch,
      connection: (state) => states.push(state),
      open: () => {},
    });
    await feed.ready;
    await vi.advanceTimersByTimeAsync(2_000);
    feed.stop();
    vi.useRealTimers();
    expect(heard, "the change is heard once").toEqual([5]);
    expect(asked.slice(0, 2), "the second stream begins after it").toEqual([
      "/api/v1/events",
      "/api/v1/events?after=5",
    ]);
    expect(states.slice(0, 3), "the break is told").toEqual(["connected", "disconnected", "connected"]);
    expect(refetch, "only what came before the first stream may be stale").toHaveBeenCalledOnce();
  });

  it("says that the token is no longer taken, instead of promising to come back", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", async () => new Response("", { status: 401 }));
    const states: string[] = [];
    const feed = httpPlatform().listen({
      changed: () => {},
      refetch: () => {},
      connection: (state) => states.push(state),
      open: () => {},
    });
    await vi.advanceTimersByTimeAsync(1_000);
    feed.stop();
    vi.useRealTimers();
    expect(new Set(states), "only a new address helps").toEqual(new Set(["signed_out"]));
  });
});
