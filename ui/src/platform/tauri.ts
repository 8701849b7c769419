import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Changed } from "../api/generated/bindings";
import { endOfStart, takeEarly } from "./early";
import { callError, type Platform } from "./platform";

/** Speaks to the shell that this window belongs to. */
export function tauriPlatform(): Platform {
  return {
    kind: "tauri",
    async call(name, args) {
      try {
        return await (takeEarly(name, args) ?? invoke("call", { name, args }));
      } catch (thrown) {
        throw callError(name, thrown);
      }
    },
    listen(listener) {
      const listening = [
        listen<Changed>("changed", ({ payload }) => listener.changed(payload)),
        listen("refetch", () => listener.refetch()),
        listen<string>("open", ({ payload }) => listener.open(payload)),
      ];
      return {
        ready: Promise.all(listening).then(() => listener.refetch()),
        stop() {
          for (const each of listening) void each.then((end) => end());
        },
      };
    },
    openExternal: (url) => invoke("open_external", { url }),
    pickFolder: (title) => invoke("choose_folder", { title }),
    firstView: () => {
      endOfStart();
      return invoke("ready");
    },
  };
}
