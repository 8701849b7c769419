import { useCallback, useEffect, useRef, useState } from "react";
import type { Attachment } from "../../../api/generated/bindings";
import { toast, toastError } from "../../../design/toasts";
import { platform } from "../../../platform";
import { fileFault } from "./uploads";

/** A file on its way. */
export interface Uploading {
  key: number;
  name: string;
  /** From 0 to 1. */
  done: number;
}

export interface Uploads {
  items: readonly Uploading[];
  /** Sends files, one after the other; `arrived` hears of each that is kept. */
  send: (files: readonly File[], arrived?: (attachment: Attachment) => void) => void;
}

let made = 0;

/** Sends files to an issue; without a number they wait for the one that is about to be filed. */
export function useUploads(project: string, number?: number): Uploads {
  const [items, setItems] = useState<readonly Uploading[]>([]);
  const queue = useRef(Promise.resolve());
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  const sendOne = useCallback(
    async (item: Uploading, file: File, arrived?: (attachment: Attachment) => void) => {
      const change = (next: (items: readonly Uploading[]) => readonly Uploading[]) => {
        if (alive.current) setItems(next);
      };
      try {
        const upload = { project, name: file.name, data: file, ...(number === undefined ? {} : { number }) };
        const attachment = await platform().uploadAttachment(upload, (done) =>
          change((all) => all.map((each) => (each.key === item.key ? { ...each, done } : each))),
        );
        if (alive.current) arrived?.(attachment);
      } catch (error) {
        toastError(`“${file.name}” was not attached`, error);
      } finally {
        change((all) => all.filter((each) => each.key !== item.key));
      }
    },
    [project, number],
  );

  const send = useCallback(
    (files: readonly File[], arrived?: (attachment: Attachment) => void) => {
      for (const file of files) {
        const fault = fileFault(file);
        if (fault) {
          toast({ title: `“${file.name}” was not attached`, text: fault, tone: "bad" });
          continue;
        }
        made += 1;
        const item = { key: made, name: file.name, done: 0 };
        setItems((all) => [...all, item]);
        queue.current = queue.current.then(() => sendOne(item, file, arrived));
      }
    },
    [sendOne],
  );

  return { items, send };
}
