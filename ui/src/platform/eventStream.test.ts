import { describe, expect, it } from "vitest";
import { EventStreamParser } from "./eventStream";

const stream = 'id: 7\nevent: changed\ndata: {"seq":7}\n\n: a comment\n\nevent: refetch\ndata:\n\n';

describe("the event stream", () => {
  it("reads the same events however the bytes are cut", () => {
    const whole = new EventStreamParser().push(stream);
    for (const ends of [stream, stream.replaceAll("\n", "\r\n")]) {
      for (let size = 1; size < 12; size++) {
        const parser = new EventStreamParser();
        const events = [];
        for (let at = 0; at < ends.length; at += size) events.push(...parser.push(ends.slice(at, at + size)));
        expect(events, `in pieces of ${size}`).toEqual(whole);
      }
    }
    expect(whole, "two events; the comment is none").toEqual([
      { event: "changed", data: '{"seq":7}', id: "7" },
      { event: "refetch", data: "", id: "7" },
    ]);
  });

  it("joins lines of data and waits for the end of an event", () => {
    const parser = new EventStreamParser();
    expect(parser.push("data: a\ndata: b\n"), "not finished").toEqual([]);
    expect(parser.push("\n"), "finished").toEqual([{ event: "message", data: "a\nb", id: null }]);
  });
});
