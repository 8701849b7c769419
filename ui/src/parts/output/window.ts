// The stretch of a run's output that is held in memory: contiguous, bounded, growing at either end and dropping the
// other. Pure: it says what to ask for and what an answer makes of it.

import type { OutputEvent, OutputPage } from "@/api/generated/bindings";
import { appendRows, emptyRows, type OutputRow, type OutputRows, rowsOf } from "./rows";

/** The most events of one request; the contract allows 2000. */
export const PAGE = 1_000;
/** Above `MOST` events the far end is dropped down to `KEPT`; the gap keeps the dropping rare. */
export const KEPT = 4_000;
export const MOST = 6_000;

/** So many new events at once are more than anyone reads: a flood, of which only so many of the last are asked for. */
export const FLOOD = 200;
const FLOOD_PAGE = 300;

export interface OutputWindow {
  /** The first event held; it and all that follow it are held without a gap. */
  from: number;
  events: OutputEvent[];
  /** How many events the run has. */
  end: number;
  rows: OutputRows;
  /** Counts up with each change, so that views know. */
  version: number;
  /** Whether anything was ever answered. */
  loaded: boolean;
}

export interface Ask {
  /** Absent: the last page. */
  from?: number;
  limit: number;
}

export function emptyWindow(): OutputWindow {
  return { from: 0, events: [], end: 0, rows: emptyRows(), version: 0, loaded: false };
}

export function shownRows(window: OutputWindow): readonly OutputRow[] {
  return window.rows.rows;
}

/** The first event after what is held. */
export function heldEnd(window: OutputWindow): number {
  return window.from + window.events.length;
}

/** How many events come after what is held. */
export function unread(window: OutputWindow): number {
  return Math.max(0, window.end - heldEnd(window));
}

/**
 * What to ask for when something may be new. Whoever follows gets what is new, or only the last page when too much
 * has come to be worth reading, and of a flood its end; whoever reads further up learns only how much there is.
 */
export function askForNew(window: OutputWindow, following: boolean, flooded = false): Ask {
  if (!window.loaded) return { limit: PAGE };
  if (!following) return { from: Math.max(window.end, heldEnd(window)), limit: 1 };
  if (flooded) return { limit: FLOOD_PAGE };
  return unread(window) > 2 * PAGE ? { limit: PAGE } : { from: heldEnd(window), limit: PAGE };
}

export function askForEarlier(window: OutputWindow): Ask | null {
  if (!window.loaded || window.from === 0) return null;
  const from = Math.max(0, window.from - PAGE);
  return { from, limit: window.from - from };
}

export function askForLater(window: OutputWindow): Ask | null {
  return window.loaded && unread(window) > 0 ? { from: heldEnd(window), limit: PAGE } : null;
}

/** What the window becomes with an answer. Answers that do not touch it replace it, those that touch extend it. */
export function receive(window: OutputWindow, page: OutputPage, replace = false): OutputWindow {
  const first = page.items[0];
  const version = window.version + 1;
  if (!window.loaded || replace || page.end < heldEnd(window)) {
    return {
      from: first?.seq ?? page.end,
      events: page.items,
      end: page.end,
      rows: rowsOf(page.items),
      version,
      loaded: true,
    };
  }
  if (!first) return page.end === window.end ? window : { ...window, end: page.end, version };
  const held = heldEnd(window);
  const afterPage = first.seq + page.items.length;
  if (first.seq <= held && afterPage > held) return extendDown(window, page, held - first.seq);
  if (first.seq < window.from && afterPage >= window.from) return extendUp(window, page);
  if (first.seq > held && page.items.length > 1) return receive(window, page, true);
  return page.end === window.end ? window : { ...window, end: page.end, version };
}

function extendDown(window: OutputWindow, page: OutputPage, known: number): OutputWindow {
  const fresh = page.items.slice(known);
  const events = window.events.concat(fresh);
  const version = window.version + 1;
  if (events.length > MOST) {
    const dropped = events.length - KEPT;
    const kept = events.slice(dropped);
    return {
      ...window,
      from: window.from + dropped,
      events: kept,
      end: page.end,
      rows: rowsOf(kept),
      version,
    };
  }
  appendRows(window.rows, fresh);
  return { ...window, events, end: page.end, version };
}

function extendUp(window: OutputWindow, page: OutputPage): OutputWindow {
  const first = page.items[0]?.seq ?? window.from;
  let events = page.items.slice(0, window.from - first).concat(window.events);
  if (events.length > MOST) events = events.slice(0, KEPT);
  return { ...window, from: first, events, end: page.end, rows: rowsOf(events), version: window.version + 1 };
}
