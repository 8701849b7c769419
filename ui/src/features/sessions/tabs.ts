// The tabs of a session's page. Pure.

export const sessionTabs = ["conversation", "terminal", "diff", "issue"] as const;
export type SessionTab = (typeof sessionTabs)[number];

/** The tab that shows: what the address names, if there is room for it; the conversation otherwise. */
export function tabOf(text: string | undefined, wide: boolean): SessionTab {
  const named = sessionTabs.find((tab) => tab === text) ?? "conversation";
  // The issue stands beside the tabs where there is room.
  return named === "issue" && wide ? "conversation" : named;
}
