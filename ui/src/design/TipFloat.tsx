import { autoUpdate, computePosition, flip, offset, shift } from "@floating-ui/dom";
import { useEffect, useLayoutEffect, useRef } from "react";
import { Kbd } from "./Kbd";
import style from "./Tooltip.module.css";
import { hideTip, holdTip, leaveTip, type ShownTip, TIP_ID } from "./tips";

/** Draws a tooltip at its element. */
export function TipFloat({ tip }: { tip: ShownTip }) {
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const floating = box.current;
    if (!floating) return;
    return autoUpdate(tip.element, floating, () => {
      // What it was about is gone: nothing is left to point at.
      if (!tip.element.isConnected) return hideTip();
      void computePosition(tip.element, floating, {
        strategy: "fixed",
        placement: tip.side,
        middleware: [offset(6), flip({ padding: 8 }), shift({ padding: 8 })],
      }).then(({ x, y }) => {
        Object.assign(floating.style, { left: `${x}px`, top: `${y}px`, visibility: "visible" });
      });
    });
  }, [tip]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && hideTip();
    // While it is captured: a tooltip goes whatever the key does besides.
    window.addEventListener("keydown", onKey, true);
    window.addEventListener("scroll", hideTip, true);
    return () => {
      window.removeEventListener("keydown", onKey, true);
      window.removeEventListener("scroll", hideTip, true);
    };
  }, []);

  return (
    <div
      ref={box}
      id={TIP_ID}
      role="tooltip"
      className={style.tooltip}
      onPointerEnter={holdTip}
      onPointerLeave={leaveTip}
    >
      {tip.text}
      {tip.keys && <Kbd keys={tip.keys} />}
    </div>
  );
}
