import { onDemand } from "../lib/onDemand";
import { useTip } from "./tips";

const float = onDemand(async () => (await import("./TipFloat")).TipFloat, { takesKeys: false });

/** Fetches what draws a tooltip, before anything is pointed at. */
export const warmTips = float.warm;

/** Draws the tooltip of whatever is pointed at; stands once around the application. */
export function TipLayer() {
  const tip = useTip();
  return tip && <float.Component tip={tip} />;
}
