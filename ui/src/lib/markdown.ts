import DOMPurify from "dompurify";
import { Marked } from "marked";
import { paths } from "./links";

/** How a text names an attachment: `![the screen](attachment:01J…)`. */
const ATTACHMENT = /^attachment:([0-9A-HJKMNP-TV-Z]{26})$/;
/** Tells a picture from a link to a file until the text is clean. */
const IMAGE = "#image";

const parser = new Marked({
  gfm: true,
  breaks: false,
  async: false,
  renderer: {
    // Remote content is never loaded: a picture becomes a link to it. One that is attached is shown, see below.
    image({ href, text }) {
      const shown = ATTACHMENT.test(href) ? `${href}${IMAGE}` : href;
      return `<a href="${escapeHtml(shown)}">${escapeHtml(text || "Image")}</a>`;
    },
    checkbox({ checked }) {
      return `<span data-task="${checked ? "done" : "open"}">${checked ? "Done: " : "Not done: "}</span>`;
    },
  },
});

const TAGS = [
  ...[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "dd",
    "details",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
  ],
  ...[
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "samp",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
  ],
  ...["table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"],
];
const ATTRIBUTES = ["align", "colspan", "data-task", "href", "open", "reversed", "rowspan", "start", "title"];

/**
 * Makes HTML of Markdown that anybody may have written: no script, no style, no form, nothing that loads but attachments,
 * from where `attachmentUrl` says. `#42` links to that issue of the project, if one is given.
 */
export function renderMarkdown(
  text: string,
  slug: string | null,
  attachmentUrl: ((id: string) => string) | null = null,
): string {
  const clean = DOMPurify.sanitize(parser.parse(text, { async: false }), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    // All others are held against the pattern of addresses below.
    ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|\/(?!\/)|#|attachment:[0-9A-Z]{26}(?:#image)?$)/i,
    RETURN_DOM_FRAGMENT: true,
  });
  showAttachments(clean, attachmentUrl);
  if (slug !== null) linkIssues(clean, slug);
  // What scrolls sideways must be reachable by keyboard.
  for (const block of clean.querySelectorAll("pre, table")) block.setAttribute("tabindex", "0");
  const holder = document.createElement("div");
  holder.append(clean);
  return holder.innerHTML;
}

/** Makes pictures of attachments that are shown, and files to keep of those that are linked. */
function showAttachments(root: DocumentFragment, attachmentUrl: ((id: string) => string) | null): void {
  for (const link of root.querySelectorAll('a[href^="attachment:" i]')) {
    const href = link.getAttribute("href") ?? "";
    const [address, isImage] = href.endsWith(IMAGE) ? [href.slice(0, -IMAGE.length), true] : [href, false];
    const id = ATTACHMENT.exec(address)?.[1];
    if (!id || !attachmentUrl) {
      link.replaceWith(link.textContent ?? "");
      continue;
    }
    link.setAttribute("href", address);
    link.setAttribute("data-attachment", id);
    if (!isImage) continue;
    const image = document.createElement("img");
    image.setAttribute("src", attachmentUrl(id));
    image.setAttribute("alt", link.textContent ?? "");
    link.replaceChildren(image);
  }
}

const ISSUE = /(?<![\w&#/])#(\d{1,9})\b/g;

/** Makes links of `#42`, but not in code or in links, and not in words like `a#42`. */
function linkIssues(root: DocumentFragment, slug: string): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    if (!node.parentElement?.closest("a, code, pre")) texts.push(node);
  }
  for (const node of texts) {
    const parts: (string | Node)[] = [];
    let from = 0;
    for (const match of node.data.matchAll(ISSUE)) {
      const link = document.createElement("a");
      link.setAttribute("href", paths.issue(slug, Number(match[1])));
      link.setAttribute("data-issue", match[1] ?? "");
      link.textContent = match[0];
      parts.push(node.data.slice(from, match.index), link);
      from = match.index + match[0].length;
    }
    if (parts.length > 0) node.replaceWith(...parts, node.data.slice(from));
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
