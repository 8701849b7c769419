/** One event of a server-sent event stream. */
export interface StreamEvent {
  event: string;
  data: string;
  id: string | null;
}

/** Cuts a server-sent event stream, handed in as it comes, into events. */
export class EventStreamParser {
  private rest = "";
  private event = "";
  private data: string[] = [];
  private id: string | null = null;

  push(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.rest += text;
    // A carriage return at the very end may be half of a CRLF: it waits for the next piece.
    let held = "";
    if (this.rest.endsWith("\r")) {
      held = "\r";
      this.rest = this.rest.slice(0, -1);
    }
    const lines = this.rest.split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? "") + held;
    for (const line of lines) {
      const event = this.line(line);
      if (event) events.push(event);
    }
    return events;
  }

  private line(line: string): StreamEvent | null {
    if (line === "") {
      const event = { event: this.event || "message", data: this.data.join("\n"), id: this.id };
      const empty = this.data.length === 0 && this.event === "";
      this.event = "";
      this.data = [];
      return empty ? null : event;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id") this.id = value;
    return null;
  }
}
