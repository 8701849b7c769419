import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../design/tokens.css";
import "../design/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startKeyboard } from "../actions/keyboard";
import { startFeed } from "../api/feed";
import { makeQueryClient } from "../api/queries";
import { warmFloats } from "../design/floats";
import { warmFilters } from "../features/issues/list/FilterChips";
import { warmIssueDialogs } from "../features/issues/useIssueActions";
import { whenIdle } from "../lib/idle";
import { choosePlatform } from "../platform";
import { App } from "./App";
import { warmOverlays } from "./Overlays";
import { openOverlay } from "./overlays";
import { makeRouter, warmPages } from "./router";

/** Text must not jump when its font arrives: it is asked for at once, and the window waits for it. */
const font = document.fonts.load('13px "Inter Variable"').catch(() => []);

/** How long the first view waits for its data before it shows that it does. */
const PATIENCE_MS = 150;

function start() {
  const platform = choosePlatform();
  const client = makeQueryClient();
  const router = makeRouter(client);
  const open = (path: string) => {
    const newIssue = /^\/p\/([^/]+)\/new$/.exec(path);
    void router.navigate({ href: newIssue ? `/p/${newIssue[1]}/inbox` : path }).then(() => {
      if (newIssue) openOverlay("new-issue");
    });
  };
  const stopWaiting = router.subscribe("onRendered", () => {
    stopWaiting();
    void font.then(async () => {
      const path = platform.firstView?.();
      // What changed before the feed listens is read again once it does.
      startFeed(client, open);
      const wished = await path;
      if (wished) open(wished);
    });
  });
  startKeyboard();

  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no #root.");
  // One drawing with everything in it costs a third of three; what takes longer is shown as loading.
  const loaded = router.load();
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  void Promise.race([loaded, late]).then(() => {
    createRoot(root).render(
      <StrictMode>
        <App client={client} router={router} />
      </StrictMode>,
    );
    // What is lazy is fetched before it is asked for, so that the first visit is as quick as the second.
    whenIdle(() => {
      warmPages(router);
      warmOverlays();
      warmFloats();
      warmIssueDialogs();
      warmFilters();
    });
  });
}

start();
