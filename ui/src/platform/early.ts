// Answers that `public/early.js` asked for before this code was there, and what it shall ask at the next start.

import { provides } from "../api/generated/bindings";
import { read, write } from "../lib/kept";

declare global {
  interface Window {
    __WAYBILL_EARLY__?: Map<string, Promise<unknown>>;
  }
}

type Asked = [name: string, args: unknown];

/** More than the first view asks is not worth asking early. */
const MOST = 12;

const asked = new Map<string, Asked>();
// The quick window has a first view of its own, which is not the application's.
let starting = !location.pathname.startsWith("/quick");

/** The answer to this question, when it was asked early; each is given once, while the application starts. */
export function takeEarly(name: string, args: unknown): Promise<unknown> | undefined {
  if (!starting) return undefined;
  const key = JSON.stringify([name, args]);
  // Only what merely reads may be asked before anybody wants it.
  if (name in provides) asked.set(key, [name, args]);
  const answer = window.__WAYBILL_EARLY__?.get(key);
  window.__WAYBILL_EARLY__?.delete(key);
  return answer;
}

/** The first view stands: what it asked is kept for the next start. */
export function endOfStart(): void {
  if (!starting) return;
  starting = false;
  delete window.__WAYBILL_EARLY__;
  const questions = [...asked.values()].slice(0, MOST);
  asked.clear();
  if (
    JSON.stringify(read<unknown>("first_calls", null, (value) => Array.isArray(value))) ===
    JSON.stringify(questions)
  )
    return;
  write("first_calls", questions);
}
