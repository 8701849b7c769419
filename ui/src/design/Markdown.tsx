import { useRouter } from "@tanstack/react-router";
import { type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import { classes } from "../lib/classes";
import { checkLink } from "../lib/links";
import { renderMarkdown } from "../lib/markdown";
import { useOptionalSlug } from "../lib/useSlug";
import { platform } from "../platform";
import { ConfirmDialog } from "./Dialog";
import { ImageDialog, saveAttachment } from "./ImageDialog";
import style from "./Markdown.module.css";
import { toast, toastError } from "./toasts";
import { useMentionCard } from "./useMentionCard";

interface MarkdownProps {
  text: string;
  /** The project in which `#42` is looked for; else the address's. */
  slug?: string;
  className?: string;
}

/**
 * Markdown from anybody, sanitised. Links open here when they lead here, else in the browser after a check; attachments
 * are shown or kept; a mentioned issue is told of beside its mention.
 */
export function Markdown({ text, slug: given, className }: MarkdownProps) {
  const addressed = useOptionalSlug();
  const slug = given ?? addressed;
  const root = useRef<HTMLDivElement>(null);
  const html = useMemo(() => renderMarkdown(text, slug, platform().attachmentUrl), [text, slug]);
  const card = useMentionCard(root, slug, html);
  const [image, setImage] = useState<{ id: string; name: string } | null>(null);
  const router = useRouter();
  const [asked, setAsked] = useState<{ url: string; host: string } | null>(null);

  useEffect(() => {
    const element = root.current;
    /** A picture that is gone, or none, is its words. */
    const onError = ({ target }: Event) => {
      if (target instanceof HTMLImageElement) target.replaceWith(target.alt || "Attachment");
    };
    element?.addEventListener("error", onError, true);
    return () => element?.removeEventListener("error", onError, true);
  }, []);

  function follow(event: MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const href = link?.getAttribute("href");
    if (!link || !href) return;
    event.preventDefault();
    const attachment = link.dataset.attachment;
    if (attachment) {
      const shown = link.querySelector("img");
      if (shown) setImage({ id: attachment, name: shown.alt });
      else saveAttachment(attachment);
      return;
    }
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
        ref={root}
        className={classes(style.markdown, className)}
        onClick={follow}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: `renderMarkdown` sanitises it, and its tests hold that
        dangerouslySetInnerHTML={{ __html: html }}
      />
      {card}
      <ImageDialog image={image} onClose={() => setImage(null)} />
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
