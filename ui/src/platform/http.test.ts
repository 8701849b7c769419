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

/** Stands in for a browser's request: tells what it is asked, and answers once it is sent. */
class FakeRequest extends EventTarget {
  static answer = { status: 201, text: "{}" };
  static sent: FakeRequest[] = [];
  upload = new EventTarget();
  opened = "";
  headers: Record<string, string> = {};
  body: unknown;
  get status() {
    return FakeRequest.answer.status;
  }
  get responseText() {
    return FakeRequest.answer.text;
  }
  open(method: string, url: string) {
    this.opened = `${method} ${url}`;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: unknown) {
    this.body = body;
    FakeRequest.sent.push(this);
    const progress = { lengthComputable: true, loaded: 1, total: 4 };
    this.upload.dispatchEvent(Object.assign(new Event("progress"), progress));
    this.dispatchEvent(new Event(FakeRequest.answer.status === 0 ? "error" : "load"));
  }
}

describe("attachments over HTTP", () => {
  beforeEach(() => {
    FakeRequest.sent = [];
    vi.stubGlobal("XMLHttpRequest", FakeRequest);
  });

  it("shows them with the key that the answers carry, never with the token", async () => {
    const platform = httpPlatform();
    const headers = { "waybill-attachment-key": "abc" };
    vi.stubGlobal("fetch", async () => new Response("[]", { headers }));
    await platform.call("attachment_list", {});
    const url = platform.attachmentUrl("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    expect(url, "what an image may ask for").toBe("/api/v1/attachments/01ARZ3NDEKTSV4RRFFQ69G5FAV?key=abc");
    expect(platform.attachmentUrl("../call"), "an id is never a path").not.toContain("../");
  });

  it("sends the bytes as they are and tells how far they are", async () => {
    FakeRequest.answer = { status: 201, text: JSON.stringify({ id: "1" }) };
    const told: number[] = [];
    const data = new Blob(["x"]);
    const upload = { project: "shop", number: 7, name: "a & b.png", data };
    const stored = await httpPlatform().uploadAttachment(upload, (done) => told.push(done));
    expect(stored.id, "what was stored").toBe("1");
    const [request] = FakeRequest.sent;
    expect(request?.opened, "what it is for").toBe(
      "POST /api/v1/attachments?project=shop&name=a+%26+b.png&number=7",
    );
    expect(request?.headers.Authorization, "who sends it").toBe("Bearer secret");
    expect(request?.body, "the bytes").toBe(data);
    expect(told, "a quarter is done").toEqual([0.25]);
  });

  it("tells why a file is refused", async () => {
    const refused = { code: "invalid", message: "the file is larger than 25 MB", hint: null };
    const upload = { project: "shop", name: "x", data: new Blob([]) };
    for (const [status, text, code] of [
      [413, JSON.stringify(refused), "invalid"],
      [401, "", "forbidden"],
      [502, "<html>", "failed"],
      [0, "", "unreachable"],
    ] as const) {
      FakeRequest.answer = { status, text };
      const thrown = await httpPlatform()
        .uploadAttachment(upload)
        .catch((error: unknown) => error);
      expect(thrown, `status ${status}`).toBeInstanceOf(CallError);
      expect((thrown as CallError).code, `status ${status}`).toBe(code);
    }
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
