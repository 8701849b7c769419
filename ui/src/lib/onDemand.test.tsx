import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { onDemand } from "./onDemand";

const Word = ({ word }: { word: string }) => <b>{word}</b>;
const ended: (() => void)[] = [];

beforeAll(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
});
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

function draw(what: ReactNode): HTMLElement {
  const place = document.createElement("div");
  const root = createRoot(place);
  act(() => root.render(what));
  ended.push(() => act(() => root.unmount()));
  return place;
}

test("what was fetched before is drawn at once", async () => {
  const { Component, warm } = onDemand(() => Promise.resolve(Word));
  await act(async () => warm());
  expect(draw(<Component word="here" meanwhile="not yet" />).textContent).toBe("here");
});

test("what was not is fetched, once, while something else stands for it", async () => {
  const load = vi.fn(() => Promise.resolve(Word));
  const { Component } = onDemand(load);
  const place = draw(
    <>
      <Component word="one" meanwhile="not yet" />
      <Component word="two" />
    </>,
  );
  expect(place.textContent).toBe("not yet");
  await act(async () => {});
  expect(place.textContent).toBe("onetwo");
  expect(load).toHaveBeenCalledTimes(1);
});

test("what could not be fetched is asked for again when it is next drawn", async () => {
  const load = vi.fn(() => Promise.resolve(Word)).mockRejectedValueOnce(new Error("the disk is away"));
  const { Component } = onDemand(load);
  const first = draw(<Component word="one" />);
  await act(async () => {});
  expect(first.textContent).toBe("");
  const second = draw(<Component word="two" />);
  await act(async () => {});
  expect(second.textContent).toBe("two");
});

test("whoever waits for it is told when it is there", async () => {
  const { useThere } = onDemand(() => Promise.resolve(Word));
  const Waiting = () => <i>{useThere(true) ? "there" : "not yet"}</i>;
  const place = draw(<Waiting />);
  expect(place.textContent).toBe("not yet");
  await act(async () => {});
  expect(place.textContent).toBe("there");
});
