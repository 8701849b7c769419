// What Waybill accepts (SPEC 3), so that these screens can count down to it. Waybill itself judges.

export const TITLE_MAX = 200;
export const BODY_MAX_BYTES = 16 * 1024;

const encoder = new TextEncoder();

/** Letters count as Waybill counts them: an emoji is one. */
export function titleLength(title: string): number {
  return [...title.trim()].length;
}

export function bodyBytes(body: string): number {
  // Only text that could come near the limit is worth encoding at each key.
  return body.length * 3 < BODY_MAX_BYTES / 2 ? body.length : encoder.encode(body).length;
}
