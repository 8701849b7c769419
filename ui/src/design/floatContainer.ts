import { createContext, useContext } from "react";

/** The dialog that a menu or popover opens in; there it belongs to the dialog, for all else is out of reach. */
export const FloatContainerContext = createContext<HTMLElement | null>(null);

/** The id of the landmark in the frame that holds what floats over the page. */
export const FLOATS_ID = "floats";

/** Where menus and popovers are put in the document. */
export function useFloatContainer(): HTMLElement | null {
  const dialog = useContext(FloatContainerContext);
  return dialog ?? document.getElementById(FLOATS_ID);
}
