import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../design/tokens.css";
import "../design/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startKeyboard } from "../actions/keyboard";
import { startFeed } from "../api/feed";
import { makeQueryClient } from "../api/queries";
import { choosePlatform } from "../platform";
import { App } from "./App";
import { warmOverlays } from "./Overlays";
import { openOverlay } from "./overlays";
import { makeRouter, warmPages } from "./router";

/** How long the first frame waits for the feed, so that nothing shown can be out of date unnoticed. */
const LONGEST_FEED_WAIT_MS = 200;

/** Text must not jump when its font arrives: it is asked for at once, and the window waits for it. */
const font = document.fonts.load('13px "Inter Variable"').catch(() => []);

async function start() {
  const platform = await choosePlatform();
  const client = makeQueryClient();
  const router = makeRouter(client);
  const open = (path: string) => {
    const newIssue = /^\/p\/([^/]+)\/new$/.exec(path);
    void router.navigate({ href: newIssue ? `/p/${newIssue[1]}/inbox` : path }).then(() => {
      if (newIssue) openOverlay("new-issue");
    });
  };
  const feed = startFeed(client, open);
  const stopWaiting = router.subscribe("onRendered", () => {
    stopWaiting();
    void font.then(async () => {
      const path = await platform.firstView?.();
      if (path) open(path);
    });
  });
  startKeyboard();
  await Promise.race([feed.ready, new Promise((resolve) => setTimeout(resolve, LONGEST_FEED_WAIT_MS))]);

  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no #root.");
  createRoot(root).render(
    <StrictMode>
      <App client={client} router={router} />
    </StrictMode>,
  );
  whenIdle(() => {
    warmPages(router);
    warmOverlays();
  });
}

/** Once nothing else is to do, what is lazy is fetched, so that the first visit is as quick as the second. */
function whenIdle(work: () => void) {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 2_000 });
  else setTimeout(work, 500);
}

void start();
