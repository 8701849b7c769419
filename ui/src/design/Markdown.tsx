import { useRouter } from "@tanstack/react-router";
import { type MouseEvent, useMemo, useState } from "react";
import { classes } from "../lib/classes";
import { checkLink } from "../lib/links";
import { renderMarkdown } from "../lib/markdown";
import { useOptionalSlug } from "../lib/useSlug";
import { platform } from "../platform";
import { ConfirmDialog } from "./Dialog";
import style from "./Markdown.module.css";
import { toast, toastError } from "./toasts";

interface MarkdownProps {
  text: string;
  /** The project in which `#42` is looked for; else the address's. */
  slug?: string;
  className?: string;
}

/** Markdown from anybody, sanitised. Links open here when they lead here, else in the browser after a check. */
export function Markdown({ text, slug: given, className }: MarkdownProps) {
  const addressed = useOptionalSlug();
  const slug = given ?? addressed;
  const html = useMemo(() => renderMarkdown(text, slug), [text, slug]);
  const router = useRouter();
  const [asked, setAsked] = useState<{ url: string; host: string } | null>(null);

  function follow(event: MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const href = link?.getAttribute("href");
    if (!link || !href) return;
    event.preventDefault();
    if (href.startsWith("/")) {
      void router.navigate({ href });
      return;
    }
    const verdict = checkLink(href, link.textContent ?? "");
    if (verdict.kind === "refuse") toast({ title: "Link not opened", text: verdict.reason, tone: "bad" });
    else if (verdict.kind === "ask") setAsked(verdict);
    else openUrl(verdict.url);
  }

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what is pressed */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: enter on a link is a click */}
      <div
        className={classes(style.markdown, className)}
        onClick={follow}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: `renderMarkdown` sanitises it, and its tests hold that
        dangerouslySetInnerHTML={{ __html: html }}
      />
      <ConfirmDialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        title={`Open ${asked?.host ?? ""}?`}
        confirm="Open in browser"
        onConfirm={() => {
          if (asked) openUrl(asked.url);
          setAsked(null);
        }}
      >
        The link shows another address than the one it leads to: <code>{asked?.url}</code>
      </ConfirmDialog>
    </>
  );
}

function openUrl(url: string): void {
  platform()
    .openExternal(url)
    .catch((error: unknown) => toastError("The link could not be opened", error));
}
