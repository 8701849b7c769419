/** What to do with a link in text that others wrote. */
export type LinkVerdict =
  | { kind: "open"; url: string }
  /** The text shows one host and the link leads to another. */
  | { kind: "ask"; url: string; host: string }
  | { kind: "refuse"; reason: string };

const OPENABLE = new Set(["http:", "https:", "mailto:"]);

/** Judges a link before it leaves for the browser. */
export function checkLink(href: string, shownText: string): LinkVerdict {
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    return { kind: "refuse", reason: "This link has no address that a browser could open." };
  }
  if (!OPENABLE.has(url.protocol)) {
    return { kind: "refuse", reason: `Links to ${url.protocol} addresses are not opened.` };
  }
  if (url.username || url.password) return { kind: "ask", url: url.href, host: url.host };
  const shown = shownHost(shownText);
  if (shown !== null && shown !== bareHost(url.host)) return { kind: "ask", url: url.href, host: url.host };
  return { kind: "open", url: url.href };
}

function shownHost(text: string): string | null {
  const match =
    /^\s*(?:[a-z]+:\/\/)?(?:[^\s/@]+@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)(?:[/?#]\S*)?\s*$/i.exec(text);
  return match?.[1] ? bareHost(match[1]) : null;
}

function bareHost(host: string): string {
  return host.toLowerCase().replace(/^www\./, "");
}

/** An address as a link writes it. */
function withSearch(path: string, search: Record<string, string>): string {
  const params = new URLSearchParams(Object.entries(search).filter(([, value]) => value !== ""));
  return params.size > 0 ? `${path}?${params}` : path;
}

/** The paths of this application. */
export const paths = {
  inbox: (slug: string) => `/p/${encodeURIComponent(slug)}/inbox`,
  issues: (slug: string) => `/p/${encodeURIComponent(slug)}/issues`,
  issue: (slug: string, number: number) => `/p/${encodeURIComponent(slug)}/issues/${number}`,
  board: (slug: string) => `/p/${encodeURIComponent(slug)}/board`,
  /** Where a saved view opens. */
  view: (slug: string, view: { query: string; layout: "list" | "board"; group_by: string }) =>
    view.layout === "board"
      ? withSearch(`/p/${encodeURIComponent(slug)}/board`, { q: view.query, group: view.group_by })
      : withSearch(`/p/${encodeURIComponent(slug)}/issues`, { q: view.query }),
  trash: "/trash",
  runs: (slug: string) => `/p/${encodeURIComponent(slug)}/runs`,
  run: (slug: string, number: number) => `/p/${encodeURIComponent(slug)}/runs/${number}`,
  sessions: (slug: string) => `/p/${encodeURIComponent(slug)}/sessions`,
  session: (slug: string, number: number) => `/p/${encodeURIComponent(slug)}/sessions/${number}`,
  workflows: (slug: string) => `/p/${encodeURIComponent(slug)}/workflows`,
  workflow: (slug: string, name: string) =>
    `/p/${encodeURIComponent(slug)}/workflows/${encodeURIComponent(name)}`,
  personas: (slug: string) => `/p/${encodeURIComponent(slug)}/personas`,
  persona: (slug: string, name: string) =>
    `/p/${encodeURIComponent(slug)}/personas/${encodeURIComponent(name)}`,
  learnings: (slug: string) => `/p/${encodeURIComponent(slug)}/learnings`,
  learningVersions: (slug: string) => `/p/${encodeURIComponent(slug)}/learnings/told`,
  contexts: (slug: string) => `/p/${encodeURIComponent(slug)}/learnings/contexts`,
  projectSettings: (slug: string) => `/p/${encodeURIComponent(slug)}/settings`,
} as const;
