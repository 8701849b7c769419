// DOMPurify needs a parser that follows the standard to the letter; happy-dom does not.
// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "./markdown";

const dom = (text: string, attachmentUrl: ((id: string) => string) | null = null) => {
  const holder = document.createElement("div");
  holder.innerHTML = renderMarkdown(text, "shop", attachmentUrl);
  return holder;
};

describe("issue links", () => {
  it("lead to the issue of the project", () => {
    const link = dom("as in #42, (#7)").querySelectorAll("a");
    expect(
      [...link].map((each) => each.getAttribute("href")),
      "both numbers",
    ).toEqual(["/p/shop/issues/42", "/p/shop/issues/7"]);
  });

  it("are not made in code, in words, in addresses or in entities", () => {
    for (const text of ["`#42`", "```\n#42\n```", "a#42", "https://example.org/x#42", "&#42;", "##42"]) {
      const inner = [...dom(text).querySelectorAll("a")].filter((each) =>
        each.getAttribute("href")?.startsWith("/p/"),
      );
      expect(inner.length, `${text} is no link to an issue`).toBe(0);
    }
  });

  it("keep the words around them", () => {
    expect(dom("see #1 and #2.").textContent?.trim(), "no letter is lost").toBe("see #1 and #2.");
  });
});

describe("hostile Markdown", () => {
  const attacks = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<iframe src="https://evil.example"></iframe>',
    '<form action="https://evil.example"><input name=q><button>Go</button></form>',
    "<style>*{display:none}</style>",
    '<p style="position:fixed;inset:0">over everything</p>',
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "![x](https://evil.example/pixel.png)",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    '<object data="https://evil.example"></object><embed src="https://evil.example">',
    '<video src="https://evil.example/x.mp4" autoplay></video><audio src="https://evil.example/x.mp3">',
    '<div id="root" class="dialog" name="body">clobber</div>',
    '<a href="//evil.example/x">protocol-relative</a>',
    '[x](https://ok.example "a\\" onmouseover=\\"alert(1)")',
    "#42<script>alert(1)</script>",
    '<#42 onclick="alert(1)">',
    '"#42',
    "<input type=checkbox autofocus onfocus=alert(1)>",
    '<img src="attachment:01ARZ3NDEKTSV4RRFFQ69G5FAV" onerror="alert(1)">',
    '![x](attachment:01ARZ3NDEKTSV4RRFFQ69G5FAV"onerror="alert(1))',
    "![x](attachment:../../secret)",
    "[x](attachment:javascript:alert(1))",
  ];

  it("runs nothing, loads nothing, restyles nothing", () => {
    for (const attack of attacks) {
      for (const text of [attack, `para\n\n${attack}\n\npara`, `- ${attack}`, `> ${attack}`]) {
        const root = dom(text);
        expect(
          root.querySelector(
            "script, style, img, svg, math, iframe, form, input, button, object, embed, video, audio, base, meta, link, noscript, template",
          ),
          `forbidden element from ${text}`,
        ).toBeNull();
        for (const element of root.querySelectorAll("*")) {
          for (const { name, value } of element.attributes) {
            expect(
              /^(align|colspan|data-issue|data-task|href|open|reversed|rowspan|start|title|tabindex)$/.test(
                name,
              ),
              `attribute ${name}=${value} from ${text}`,
            ).toBe(true);
          }
          const href = element.getAttribute("href");
          if (href !== null) expect(href, `address from ${text}`).toMatch(/^(https?:|mailto:|\/(?!\/)|#)/i);
        }
      }
    }
  });
});

describe("attachments", () => {
  const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  const url = (each: string) => `/api/v1/attachments/${each}?key=k`;

  it("are shown where a text shows them, from their own place only", () => {
    const image = dom(`![the screen](attachment:${id})`, url).querySelector("img");
    expect(image?.getAttribute("src"), "the bytes come from Waybill").toBe(url(id));
    expect(image?.getAttribute("alt"), "who cannot see it hears what it is").toBe("the screen");
    const others = [
      "https://evil.example/x.png",
      "data:image/png;base64,AA",
      `attachment:${id}/../x`,
      `/${id}`,
    ];
    for (const other of others) {
      expect(dom(`![x](${other})`, url).querySelector("img"), `${other} is never loaded`).toBeNull();
    }
  });

  it("are files to keep where a text links to them", () => {
    const link = dom(`[the log](attachment:${id})`, url).querySelector("a");
    expect(link?.getAttribute("data-attachment"), "a press keeps the file").toBe(id);
    expect(link?.textContent, "by its words").toBe("the log");
  });

  it("cannot be forged by raw HTML into anything but themselves", () => {
    const forged = dom(`<a href="attachment:${id}#image" data-attachment="x" onclick="alert(1)">y</a>`, url);
    expect(forged.querySelector("a")?.getAttribute("data-attachment"), "the id is the address's").toBe(id);
    expect(forged.innerHTML, "no handler survives").not.toContain("onclick");
  });

  it("are words where nothing can be loaded", () => {
    const text = dom(`see ![the screen](attachment:${id})`);
    expect(text.querySelector("a, img"), "no dead link").toBeNull();
    expect(text.textContent?.trim(), "the words stay").toBe("see the screen");
  });
});

describe("what people write", () => {
  it("keeps tables, code, lists and tasks", () => {
    const root = dom(
      "| a | b |\n|---|--:|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n\n- [x] done\n- [ ] open",
    );
    expect(root.querySelectorAll("td").length, "the table").toBe(2);
    expect(root.querySelector("pre code")?.textContent, "the code").toBe("fn main() {}\n");
    expect(
      [...root.querySelectorAll("[data-task]")].map((each) => each.getAttribute("data-task")),
      "the tasks",
    ).toEqual(["done", "open"]);
  });

  it("makes a link of a picture, for nothing remote is loaded", () => {
    const link = dom("![the screen](https://example.org/a.png)").querySelector("a");
    expect(link?.getAttribute("href"), "it leads to the picture").toBe("https://example.org/a.png");
    expect(link?.textContent, "by its words").toBe("the screen");
  });

  it("lets the keyboard reach what scrolls sideways", () => {
    expect(dom("```\nlong\n```").querySelector("pre")?.getAttribute("tabindex"), "code").toBe("0");
  });
});
