import { KeyRound, Unplug } from "lucide-react";
import { useConnection } from "../api/feed";
import { Words } from "../design/Words";
import style from "./Frame.module.css";

/** Says that the browser lost Waybill, and what brings it back. The desktop window never does. */
export function Disconnected() {
  const connection = useConnection();
  if (connection === "connected") return null;
  const signedOut = connection === "signed_out";
  return (
    <div className={style.banner} role="status">
      {signedOut ? <KeyRound size={16} aria-hidden /> : <Unplug size={16} aria-hidden />}
      <span>
        <Words
          text={
            signedOut
              ? "Waybill was started anew and does not know this page. Open the address that `waybill serve` prints."
              : "Waybill does not answer. What you see may be old; this page connects again by itself."
          }
        />
      </span>
    </div>
  );
}
