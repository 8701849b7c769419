import { Outlet } from "@tanstack/react-router";
import { FLOATS_ID } from "../design/floatContainer";
import { Toasts } from "../design/Toasts";
import { useAppearance } from "./appearance";

/** What a page without the frame still needs: its theme, and room for what floats. */
export function Bare() {
  useAppearance();
  return (
    <>
      <Outlet />
      <section id={FLOATS_ID} aria-label="Menus" />
      <Toasts />
    </>
  );
}
