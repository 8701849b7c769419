import { describe, expect, it } from "vitest";
import { checkLink, paths } from "./links";

describe("the check of a link", () => {
  it("opens what shows where it leads", () => {
    for (const [href, text] of [
      ["https://example.org/a", "the docs"],
      ["https://example.org/a", "https://example.org/a"],
      ["https://www.example.org/", "example.org"],
      ["mailto:ana@example.org", "write to Ana"],
    ] as const) {
      expect(checkLink(href, text).kind, `${text} → ${href}`).toBe("open");
    }
  });

  it("asks when the text shows another host, or the address carries a name", () => {
    for (const [href, text] of [
      ["https://evil.example/", "https://bank.example/"],
      ["https://evil.example/", "bank.example"],
      ["https://bank.example@evil.example/", "here"],
    ] as const) {
      expect(checkLink(href, text).kind, `${text} → ${href}`).toBe("ask");
    }
  });

  it("refuses what is no address for a browser", () => {
    for (const href of [
      "javascript:alert(1)",
      "file:///etc/passwd",
      "data:text/html,x",
      "waybill:x",
      "no address",
    ]) {
      expect(checkLink(href, "x").kind, href).toBe("refuse");
    }
  });
});

describe("paths", () => {
  it("are safe for any slug", () => {
    expect(paths.issue("a/b", 1), "a slash does not lead elsewhere").toBe("/p/a%2Fb/issues/1");
  });
});
