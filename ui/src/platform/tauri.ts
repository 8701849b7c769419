import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Attachment, Changed } from "../api/generated/bindings";
import { whenIdle } from "../lib/idle";
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
        // What changed before it listened is read again; the first view is drawn before that.
        ready: Promise.all(listening)
          .then(() => new Promise<void>(whenIdle))
          .then(() => listener.refetch()),
        stop() {
          for (const each of listening) void each.then((end) => end());
        },
      };
    },
    openExternal: (url) => invoke("open_external", { url }),
    async uploadAttachment({ project, number, name, data }, onProgress) {
      // A header holds ASCII only.
      const headers: Record<string, string> = {
        "waybill-project": encodeURIComponent(project),
        "waybill-name": encodeURIComponent(name),
      };
      if (number !== undefined) headers["waybill-number"] = String(number);
      try {
        const attachment = await invoke<Attachment>("upload", await data.arrayBuffer(), { headers });
        onProgress?.(1);
        return attachment;
      } catch (thrown) {
        throw callError("attachment_upload", thrown);
      }
    },
    attachmentUrl: (id) => convertFileSrc(id, "attachment"),
    async saveAttachment(id) {
      try {
        await invoke("save_attachment", { id });
      } catch (thrown) {
        throw callError("attachment_open", thrown);
      }
    },
    async saveText(name, text) {
      try {
        await invoke("save_text", { name, text });
      } catch (thrown) {
        throw callError("save_text", thrown);
      }
    },
    pickFolder: (title) => invoke("choose_folder", { title }),
    pickFile: (title) => invoke("choose_file", { title }),
    closeQuick: () => invoke("close_quick"),
    shortcutProblem: () => invoke("shortcut_problem"),
    firstView: () => {
      endOfStart();
      return invoke("ready");
    },
  };
}
