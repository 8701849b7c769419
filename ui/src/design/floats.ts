import { warmContextMenu } from "./ContextMenu";
import { warmMenu } from "./Menu";
import { warmPopover } from "./Popover";
import { warmTips } from "./TipLayer";

/** Fetches what draws menus, panels and tooltips, so that the first one opens as quickly as the second. */
export function warmFloats(): void {
  warmMenu();
  warmPopover();
  warmContextMenu();
  warmTips();
}
