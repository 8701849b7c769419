import { describe, expect, it } from "vitest";
import { ansiSpans, plainText } from "./ansi";
import { fullInput, inputBeside, shortInput } from "./toolInput";

describe("terminal lines", () => {
  it("reads colours and weights", () => {
    expect(ansiSpans("\u001b[1;32mok\u001b[0m done"), "cargo's green ok is green").toEqual([
      { text: "ok", colour: "green", bold: true, dim: false },
      { text: " done", colour: null, bold: false, dim: false },
    ]);
  });

  it("leaves out everything that is not text", () => {
    expect(
      plainText("\u001b]0;title\u0007a\u001b[2Kb\u001b[38;5;12mc\u0000"),
      "titles, cursor moves and controls are not shown",
    ).toBe("abc");
  });

  it("shows what a progress line said last", () => {
    expect(plainText("10 %\r50 %\r100 %"), "as a terminal would").toBe("100 %");
  });

  it("keeps a plain line as it is", () => {
    expect(ansiSpans("plain\ttext"), "one span, unchanged").toEqual([
      { text: "plain\ttext", colour: null, bold: false, dim: false },
    ]);
  });
});

describe("a tool call in one line", () => {
  it("says what tells most", () => {
    expect(shortInput({ description: "List", command: "ls -l\n  src" }), "the command, on one line").toBe(
      "ls -l src",
    );
    expect(shortInput({ command: ["bash", "-lc", "ls"] }), "also where it is a list of words").toBe(
      "bash -lc ls",
    );
    expect(shortInput({ limit: 3 }), "otherwise the input itself").toBe('{"limit":3}');
    expect(shortInput({}), "nothing where there is nothing").toBe("");
  });

  it("is not said again when the name of the call says it", () => {
    expect(inputBeside("cargo test", { command: "cargo test" }), "once is enough").toBe("");
    expect(inputBeside("Bash", { command: "cargo test" }), "a name says nothing of it").toBe("cargo test");
    expect(inputBeside(null, { command: "ls" }), "a call whose name is not known").toBe("ls");
  });

  it("is cut when long, and whole when opened", () => {
    const command = "x".repeat(500);
    expect(shortInput({ command }).length, "one line stays one line").toBe(201);
    expect(fullInput({ command }), "opened, it is whole").toBe(command);
  });
});
