import { useState } from "react";
import { call } from "@/api/client";
import type { Transfer } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";

/** One import or export: started, followed by the feed, cancelled. */
export function useTransfer() {
  const [started, setStarted] = useState<Transfer | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const [starting, setStarting] = useState(false);
  const followed = useCall(
    "transfer_get",
    { id: started?.id ?? "" },
    { enabled: started !== null, fresh: true },
  );
  const transfer = started === null ? null : (followed.data ?? started);
  return {
    transfer,
    /** Why it did not start, or cannot be followed. */
    refused: refused ?? followed.error,
    working: starting || transfer?.state === "running",
    async start(begin: () => Promise<Transfer>): Promise<void> {
      setRefused(null);
      setStarted(null);
      setStarting(true);
      try {
        setStarted(await begin());
      } catch (error) {
        setRefused(error);
      } finally {
        setStarting(false);
      }
    },
    /** What was shown of a former one is forgotten. */
    forget() {
      setStarted(null);
      setRefused(null);
    },
    async cancel(): Promise<void> {
      if (!started) return;
      try {
        await call("transfer_cancel", { id: started.id });
      } catch (error) {
        setRefused(error);
      }
    },
  };
}
