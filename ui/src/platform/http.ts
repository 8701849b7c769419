import type { Changed } from "../api/generated/bindings";
import { EventStreamParser } from "./eventStream";
import {
  CallError,
  callError,
  isWireError,
  type Listening,
  type Platform,
  type PlatformListener,
} from "./platform";

const TOKEN_KEY = "waybill.token";
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/** Speaks to `waybill serve`, which also serves this page. */
export function httpPlatform(): Platform {
  const token = takeToken();
  const headers = { Authorization: `Bearer ${token}` };
  return {
    kind: "http",
    async call(name, args) {
      let response: Response;
      try {
        response = await fetch(`/api/v1/call/${name}`, {
          method: "POST",
          headers: { ...headers, "Content-Type": "application/json" },
          body: JSON.stringify(args),
        });
      } catch {
        throw unreachable(name);
      }
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok) return answer;
      if (response.status === 401) throw signedOut(name);
      if (isWireError(answer)) throw callError(name, answer);
      throw new CallError(name, "failed", `Waybill answered with status ${response.status}.`, null);
    },
    listen: (listener) => follow(headers, listener),
    async openExternal(url) {
      window.open(url, "_blank", "noopener,noreferrer");
    },
  };
}

/** Takes the token out of the address, so that it is neither bookmarked nor shared. */
function takeToken(): string {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get("token");
  if (given) {
    sessionStorage.setItem(TOKEN_KEY, given);
    fragment.delete("token");
    const rest = fragment.toString();
    history.replaceState(history.state, "", location.pathname + location.search + (rest ? `#${rest}` : ""));
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? "";
}

function unreachable(command: string): CallError {
  return new CallError(
    command,
    "unreachable",
    "Waybill does not answer.",
    "Start it again with `waybill serve`; this page then connects by itself.",
  );
}

function signedOut(command: string): CallError {
  return new CallError(
    command,
    "forbidden",
    "This page has no valid token.",
    "Open the address that `waybill serve` prints: it carries the token.",
  );
}

/** Follows the feed for ever: after a break it goes on from the last event seen, so that nothing is lost. */
function follow(headers: Record<string, string>, listener: PlatformListener): Listening {
  const stop = new AbortController();
  let last: string | null = null;
  let wait = FIRST_WAIT_MS;
  let heard: () => void;
  const ready = new Promise<void>((resolve) => {
    heard = resolve;
  });

  /** Follows one stream to its end; answers whether it was let in. */
  async function once(): Promise<boolean> {
    const after: string = last === null ? "" : `?after=${encodeURIComponent(last)}`;
    const response = await fetch(`/api/v1/events${after}`, { headers, signal: stop.signal });
    if (response.status === 401) {
      listener.connection("signed_out");
      return false;
    }
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    listener.connection("connected");
    // With no event seen there is no place to resume from: what changed meanwhile is unknown.
    if (last === null) listener.refetch();
    heard();
    wait = FIRST_WAIT_MS;
    const parser = new EventStreamParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      for (const event of parser.push(value)) {
        if (event.id !== null) last = event.id;
        if (event.event === "changed") listener.changed(JSON.parse(event.data) as Changed);
        else if (event.event === "refetch") listener.refetch();
      }
    }
  }

  async function forever(): Promise<void> {
    while (!stop.signal.aborted) {
      let admitted = true;
      try {
        admitted = await once();
      } catch {
        // Whatever broke the stream, the answer is the same: say so and try again.
      }
      if (stop.signal.aborted) return;
      if (admitted) listener.connection("disconnected");
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  void forever();
  return { ready, stop: () => stop.abort() };
}
