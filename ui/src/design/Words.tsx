import { Fragment } from "react";

/** A sentence in which `…` marks commands and names, as Waybill's messages do. */
export function Words({ text }: { text: string }) {
  return text.split(/`([^`]+)`/).map((part, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never move
    return at % 2 === 1 ? <code key={at}>{part}</code> : <Fragment key={at}>{part}</Fragment>;
  });
}
