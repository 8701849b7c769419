import type { ReactNode } from "react";
import style from "./Page.module.css";

/** A scrolling page with one column of reading width. */
export function ScrollColumn({ children }: { children: ReactNode }) {
  return (
    <div className={style.scroll}>
      <div className={style.column}>{children}</div>
    </div>
  );
}
