// Files on their way to an issue: what is refused before it is sent, and how a text names what arrived. Pure.

import type { Attachment } from "../../../api/generated/bindings";
import { bytes } from "../../../lib/numbers";

/** The largest file that Waybill keeps (SPEC 3). */
export const ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024;

/** Why a file is not even sent; null: it may go. */
export function fileFault(file: Pick<File, "name" | "size">): string | null {
  if (file.size <= ATTACHMENT_MAX_BYTES) return null;
  return `It has ${bytes(file.size)}; at most ${bytes(ATTACHMENT_MAX_BYTES)} are kept.`;
}

/** What a text holds to show a picture, or to link to a file. */
export function attachmentMarkdown(attachment: Pick<Attachment, "id" | "name" | "media_type">): string {
  const name = attachment.name.replace(/[\\[\]`*_<>]/g, "\\$&");
  return `${isImage(attachment) ? "!" : ""}[${name}](attachment:${attachment.id})`;
}

/** Whether it is shown as a picture. A drawing may hold a program, so that one is a file. */
export function isImage({ media_type: type }: Pick<Attachment, "media_type">): boolean {
  return /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(type);
}

/** The text with something put in place of what is selected, apart from the words around it. */
export function inserted(
  text: string,
  from: number,
  to: number,
  what: string,
): { text: string; caret: number } {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const lead = before === "" || /\s$/.test(before) ? "" : " ";
  const trail = after === "" || /^\s/.test(after) ? "" : " ";
  const made = before + lead + what;
  return { text: made + trail + after, caret: made.length };
}

/** The files of a paste or a drop. */
export function filesOf(data: DataTransfer | null): File[] {
  return data ? [...data.files] : [];
}

/** Whether a drag brings files; what is in them is not told before they are dropped. */
export function bringsFiles(data: DataTransfer | null): boolean {
  return data?.types.includes("Files") ?? false;
}
