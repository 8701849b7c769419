import { httpPlatform } from "./http";
import type { Platform } from "./platform";
import { tauriPlatform } from "./tauri";

export {
  CallError,
  type Connection,
  callError,
  type Listening,
  type Platform,
  type PlatformListener,
  type Upload,
} from "./platform";

let chosen: Platform | null = null;

/** Finds out where this page runs. Called once, before anything else. */
export function choosePlatform(): Platform {
  chosen = "__TAURI_INTERNALS__" in window ? tauriPlatform() : httpPlatform();
  return chosen;
}

/** Hands in a platform of the caller's own, in tests. */
export function setPlatform(platform: Platform): void {
  chosen = platform;
}

export function platform(): Platform {
  if (!chosen) throw new Error("The platform is not chosen yet.");
  return chosen;
}
