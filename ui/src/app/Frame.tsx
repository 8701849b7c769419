import { Outlet } from "@tanstack/react-router";
import { FLOATS_ID } from "../design/floatContainer";
import { PageToolsContext } from "../design/Page";
import { Toasts } from "../design/Toasts";
import { useAppearance } from "./appearance";
import { Disconnected } from "./Disconnected";
import style from "./Frame.module.css";
import { useGlobalActions } from "./globalActions";
import { HeaderTools } from "./HeaderTools";
import { Overlays } from "./Overlays";
import { Sidebar } from "./Sidebar";
import { StatusBar } from "./StatusBar";

/** What stands around every page. */
export function Frame() {
  useAppearance();
  useGlobalActions();
  return (
    <div className={style.frame}>
      <a href="#page" className={style.skip}>
        Skip to the page
      </a>
      <Sidebar />
      <div className={style.page} id="page" tabIndex={-1}>
        <Disconnected />
        <PageToolsContext value={<HeaderTools />}>
          <Outlet />
        </PageToolsContext>
      </div>
      <StatusBar />
      <section id={FLOATS_ID} aria-label="Menus" />
      <Overlays />
      <Toasts />
    </div>
  );
}
