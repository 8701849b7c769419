import type { Attachment, Changed } from "../api/generated/bindings";
import { EventStreamParser } from "./eventStream";
import {
  CallError,
  callError,
  isWireError,
  type Listening,
  type Platform,
  type PlatformListener,
  type Upload,
} from "./platform";

const TOKEN_KEY = "waybill.token";
const KEY_HEADER = "waybill-attachment-key";
const ATTACHMENTS = "/api/v1/attachments";
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/** Speaks to `waybill serve`, which also serves this page. */
export function httpPlatform(): Platform {
  const token = takeToken();
  const headers = { Authorization: `Bearer ${token}` };
  // An `<img>` sends no header: what it may ask for has a key of its own, which opens attachments and nothing else.
  // Each answer carries it, so it is known before any attachment is.
  let attachmentKey = "";
  const attachmentUrl = (id: string) => `${ATTACHMENTS}/${encodeURIComponent(id)}?key=${attachmentKey}`;
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
      attachmentKey = response.headers.get(KEY_HEADER) ?? attachmentKey;
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok) return answer;
      throw refused(name, response.status, answer);
    },
    listen: (listener) => follow(headers, listener),
    async openExternal(url) {
      window.open(url, "_blank", "noopener,noreferrer");
    },
    uploadAttachment: (upload, onProgress) => send(headers, upload, onProgress),
    attachmentUrl,
    async saveAttachment(id) {
      const link = document.createElement("a");
      link.href = attachmentUrl(id);
      // The server names the file.
      link.download = "";
      link.click();
    },
    async saveText(name, text) {
      const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = name;
      link.click();
      URL.revokeObjectURL(url);
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

/** Sends a file. `fetch` does not tell how much of a body has gone, so this is the older way. */
function send(
  headers: Record<string, string>,
  { project, number, name, data }: Upload,
  onProgress?: (done: number) => void,
): Promise<Attachment> {
  const command = "attachment_upload";
  const query = new URLSearchParams({ project, name });
  if (number !== undefined) query.set("number", String(number));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${ATTACHMENTS}?${query}`);
    for (const [key, value] of Object.entries(headers)) request.setRequestHeader(key, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(answer as Attachment);
      else reject(refused(command, request.status, answer));
    });
    request.addEventListener("error", () => reject(unreachable(command)));
    request.addEventListener("abort", () => reject(unreachable(command)));
    request.send(data);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refused(command: string, status: number, answer: unknown): CallError {
  if (status === 401) return signedOut(command);
  if (isWireError(answer)) return callError(command, answer);
  return new CallError(command, "failed", `Waybill answered with status ${status}.`, null);
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
