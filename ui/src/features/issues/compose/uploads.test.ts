// DOMPurify needs a parser that follows the standard to the letter; happy-dom does not.
// @vitest-environment jsdom
import { expect, it } from "vitest";
import { renderMarkdown } from "../../../lib/markdown";
import { ATTACHMENT_MAX_BYTES, attachmentMarkdown, fileFault, inserted, isImage } from "./uploads";

const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

it("refuses a file that is too large before a byte of it is sent", () => {
  expect(fileFault({ name: "a", size: ATTACHMENT_MAX_BYTES }), "the limit itself fits").toBeNull();
  expect(fileFault({ name: "a", size: ATTACHMENT_MAX_BYTES + 1 })).toContain("at most 25 MB");
});

it("shows pictures and links to other files", () => {
  expect(attachmentMarkdown({ id, name: "shot.png", media_type: "image/png" })).toBe(
    `![shot.png](attachment:${id})`,
  );
  expect(attachmentMarkdown({ id, name: "log.txt", media_type: "text/plain" })).toBe(
    `[log.txt](attachment:${id})`,
  );
  expect(isImage({ media_type: "image/svg+xml" }), "a drawing may hold a program").toBe(false);
});

it("keeps the name of a file from being read as Markdown", () => {
  const text = attachmentMarkdown({ id, name: "a](javascript:alert(1)) *b*[.txt", media_type: "text/plain" });
  const holder = document.createElement("div");
  holder.innerHTML = renderMarkdown(text, null, (each) => each);
  const links = [...holder.querySelectorAll("a")];
  expect(
    links.map((link) => link.getAttribute("data-attachment")),
    "one link, to the file",
  ).toEqual([id]);
});

it("puts what arrived apart from the words around it", () => {
  expect(inserted("before", 6, 6, "X")).toEqual({ text: "before X", caret: 8 });
  expect(inserted("a b", 2, 3, "X"), "what was selected is replaced").toEqual({ text: "a X", caret: 3 });
  expect(inserted("ab", 1, 1, "X").text).toBe("a X b");
});
