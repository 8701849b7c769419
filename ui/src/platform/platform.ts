import type { Attachment, Changed, WireError } from "../api/generated/bindings";

/** `signed_out`: Waybill answers, but does not take this page's token any more. */
export type Connection = "connected" | "disconnected" | "signed_out";

/** What reaches us from outside without being asked for. */
export interface PlatformListener {
  changed(changed: Changed): void;
  /** Everything may be stale: the feed lost its place. */
  refetch(): void;
  connection(state: Connection): void;
  /** An app path to open, such as `/p/slug/runs/87`. */
  open(path: string): void;
}

/** A file on its way to an issue. */
export interface Upload {
  project: string;
  /** The issue it is for; absent while that one is not filed yet (`issue_create` then names the attachment). */
  number?: number;
  name: string;
  data: Blob;
}

export interface Listening {
  /** Resolves once changes are heard; what was asked before is then refetched, for its changes may have been missed. */
  ready: Promise<void>;
  stop(): void;
}

/** The one door to the outside: Tauri's or HTTP's. */
export interface Platform {
  readonly kind: "tauri" | "http";
  /** Answers what the command answers, or rejects with a `CallError`. */
  call(name: string, args: unknown): Promise<unknown>;
  /** Starts the feed. */
  listen(listener: PlatformListener): Listening;
  /** Opens an address in the user's browser; checked before (`lib/links.ts`). */
  openExternal(url: string): Promise<void>;
  /** Stores a file of at most 25 MB, and rejects with a `CallError` what is refused. Progress goes from 0 to 1. */
  uploadAttachment(upload: Upload, onProgress?: (done: number) => void): Promise<Attachment>;
  /** Where an attachment's bytes are: for `<img src>`, in this page and for as long as it stands. */
  attachmentUrl(id: string): string;
  /** Lets the user keep an attachment as a file of their own. */
  saveAttachment(id: string): Promise<void>;
  /** Lets the user keep a text as a file of their own. */
  saveText(name: string, text: string): Promise<void>;
  /** A folder chosen in the platform's own dialog; absent where there is none. */
  pickFolder?: (title: string) => Promise<string | null>;
  /** A file chosen in the platform's own dialog; absent where there is none. */
  pickFile?: (title: string) => Promise<string | null>;
  /** Closes the small window that files an issue; absent where it is a page like others. */
  closeQuick?: () => Promise<void>;
  /** Why the global shortcut does not work, in one sentence; null: it works, or is off. */
  shortcutProblem?: () => Promise<string | null>;
  /** Tells that the first view stands, so that the window is shown; answers the path to open first, if any. */
  firstView?: () => Promise<string | null>;
}

/** A refused or failed command. `unreachable` means that it never reached Waybill. */
export class CallError extends Error {
  readonly code: WireError["code"] | "unreachable";
  readonly hint: string | null;
  readonly command: string;
  /** What a consumer needs to act on it, by command. */
  readonly details: NonNullable<WireError["details"]>;

  constructor(
    command: string,
    code: CallError["code"],
    message: string,
    hint: string | null,
    details: CallError["details"] = {},
  ) {
    super(message);
    this.name = "CallError";
    this.command = command;
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** Makes a `CallError` of whatever a transport threw. */
export function callError(command: string, thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  if (isWireError(thrown)) {
    return new CallError(command, thrown.code, thrown.message, thrown.hint, thrown.details);
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CallError(command, "failed", message, null);
}

export function isWireError(value: unknown): value is WireError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
