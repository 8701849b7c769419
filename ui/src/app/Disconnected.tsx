import { Unplug } from "lucide-react";
import { useConnection } from "../api/feed";
import style from "./Frame.module.css";

/** Says that the browser lost Waybill. The desktop window never does. */
export function Disconnected() {
  if (useConnection() === "connected") return null;
  return (
    <div className={style.banner} role="status">
      <Unplug size={16} aria-hidden />
      Waybill does not answer. What you see may be old; this page connects again by itself once `waybill
      serve` runs.
    </div>
  );
}
