import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { warmBriefs } from "../api/briefs";
import { IssueCard } from "./IssueCard";
import { isQuietFocus } from "./quietFocus";

const OPEN_MS = 300;
const CLOSE_MS = 120;

/** The most mentions of one text that are fetched before they are pointed at. */
const MOST_WARMED = 200;

/**
 * Shows what a mentioned issue is while its link (`a[data-issue]`) is pointed at or has the focus. `html` is what the
 * text became: other mentions come with another text.
 */
export function useMentionCard(
  text: RefObject<HTMLElement | null>,
  slug: string | null,
  html: string,
): ReactNode {
  const client = useQueryClient();
  const [open, setOpen] = useState<{ link: HTMLElement; number: number } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = (work: () => void, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(work, ms);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the links are those of this text
  useEffect(() => {
    if (slug === null || !text.current) return;
    const links = [...text.current.querySelectorAll<HTMLElement>("a[data-issue]")];
    const numbers = new Set(links.slice(0, MOST_WARMED).map((link) => Number(link.dataset.issue)));
    if (numbers.size > 0) warmBriefs(client, slug, [...numbers]);
    // A card never outlives the text that it belongs to.
    setOpen(null);
    return () => clearTimeout(timer.current);
  }, [client, slug, html, text]);

  useEffect(() => {
    const root = text.current;
    if (!root || slug === null) return;
    const mention = (target: EventTarget | null) =>
      target instanceof Element ? target.closest<HTMLElement>("a[data-issue]") : null;
    const enter = (event: Event) => {
      const link = mention(event.target);
      if (!link || (event.type === "focusin" && isQuietFocus())) return;
      later(() => link.isConnected && setOpen({ link, number: Number(link.dataset.issue) }), OPEN_MS);
    };
    const leave = (event: Event) => {
      if (mention(event.target)) later(() => setOpen(null), event.type === "focusout" ? 0 : CLOSE_MS);
    };
    root.addEventListener("pointerover", enter);
    root.addEventListener("focusin", enter);
    root.addEventListener("pointerout", leave);
    root.addEventListener("focusout", leave);
    return () => {
      root.removeEventListener("pointerover", enter);
      root.removeEventListener("focusin", enter);
      root.removeEventListener("pointerout", leave);
      root.removeEventListener("focusout", leave);
    };
  });

  if (!open || slug === null) return null;
  return (
    <IssueCard
      slug={slug}
      number={open.number}
      anchor={open.link}
      onClose={() => setOpen(null)}
      onPointer={(over) => (over ? clearTimeout(timer.current) : later(() => setOpen(null), CLOSE_MS))}
    />
  );
}
