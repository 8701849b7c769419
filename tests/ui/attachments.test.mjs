// Files at an issue: what a person loses when a file does not arrive, or shows what it should not.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { axeViolations, gone, openWorld, seen } from "./harness.mjs";

/** A red square of 2 by 2. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEklEQVR4nGP4z8DwHwQZYAwAR8oH+dYwRYIAAAAASUVORK5CYII=",
  "base64",
);

describe("attachments", () => {
  let world;
  let page;

  before(async () => {
    world = await openWorld();
    await writeFile(join(world.place, "shot.png"), png);
    await writeFile(join(world.place, "log.txt"), "one line\n");
    await writeFile(join(world.place, "huge.bin"), Buffer.alloc(25 * 1024 * 1024 + 1));
  });
  after(() => world?.close());
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });

  const place = (name) => join(world.place, name);
  const list = (number) => world.call("attachment_list", { project: world.slug, number });
  async function open() {
    const { number } = await world.call("issue_create", {
      project: world.slug,
      title: "Attach to me",
      body: "",
      labels: [],
      attachments: [],
    });
    page = await world.open(`/p/${world.slug}/issues/${number}`);
    return { number, files: await seen(page.getByRole("region", { name: "Attachments" })) };
  }

  /** Pastes or drops a picture on what has the focus or is given. */
  const bring = (type, selector) =>
    page.evaluate(
      ([type, selector, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
        const target = selector ? document.querySelector(selector) : document.activeElement;
        const init = { bubbles: true, cancelable: true };
        target.dispatchEvent(
          type === "paste"
            ? new ClipboardEvent("paste", { ...init, clipboardData: data })
            : new DragEvent(type, { ...init, dataTransfer: data }),
        );
      },
      [type, selector, [...png]],
    );

  test("are chosen, listed with their sizes, and removed after a question", async () => {
    const { number, files } = await open();
    await files.locator('input[type="file"]').setInputFiles([place("shot.png"), place("log.txt")]);
    await seen(files.getByRole("button", { name: /^shot\.png/ }));
    await seen(files.getByRole("button", { name: /^log\.txt/ }).getByText("9 B"));
    assert.equal((await list(number)).length, 2, "what shows must be kept");
    const picture = await seen(files.locator("img"));
    await page.waitForFunction((image) => image.naturalWidth === 2, await picture.elementHandle());
    assert.deepEqual(await axeViolations(page), []);
    await files.getByRole("button", { name: "Remove log.txt" }).click();
    const dialog = await seen(page.getByRole("dialog", { name: "Remove “log.txt”?" }));
    await dialog.getByRole("button", { name: "Remove the file" }).click();
    await gone(files.getByText("log.txt"));
    assert.deepEqual(
      (await list(number)).map((file) => file.name),
      ["shot.png"],
    );
  });

  test("a picture pasted into a comment shows in it", async () => {
    const { number, files } = await open();
    await page.keyboard.press("m");
    await page.keyboard.type("Look:");
    await bring("paste");
    await seen(files.getByRole("button", { name: /^pasted\.png/ }));
    const box = page.getByRole("textbox", { name: "Comment" });
    const [{ id }] = await list(number);
    await page.waitForFunction((wanted) => document.activeElement.value?.includes(wanted), id);
    assert.equal(await box.inputValue(), `Look: ![pasted.png](attachment:${id})`);
    await page.keyboard.press("Control+Enter");
    const picture = await seen(page.getByRole("article").getByRole("img", { name: "pasted.png" }));
    await page.waitForFunction(() => document.querySelector("article img")?.naturalWidth === 2);
    await picture.click();
    await seen(page.getByRole("dialog", { name: "pasted.png" }));
  });

  test("a file dropped anywhere on the issue is attached to it", async () => {
    const { number, files } = await open();
    await bring("dragenter", 'section[aria-label="Activity"]');
    await seen(page.getByText(`Drop to attach to #${number}`));
    await bring("drop", 'section[aria-label="Activity"]');
    await gone(page.getByText(`Drop to attach to #${number}`));
    await seen(files.getByRole("button", { name: /^pasted\.png/ }));
    assert.equal((await list(number)).length, 1);
  });

  test("a file that is too large is refused before it is sent", async () => {
    const { number, files } = await open();
    let sent = 0;
    await page.route("**/api/v1/attachments**", (route) => {
      sent += 1;
      return route.continue();
    });
    await files.locator('input[type="file"]').setInputFiles(place("huge.bin"));
    await seen(page.getByText("“huge.bin” was not attached"));
    await seen(page.getByText("at most 25 MB"));
    assert.equal(sent, 0, "nobody waits for what is refused in the end");
    assert.deepEqual(await list(number), []);
  });

  test("a file that does not arrive is said, and nothing of it stays", async () => {
    const { files } = await open();
    await page.route("**/api/v1/attachments?**", (route) =>
      route.fulfill({
        status: 500,
        json: { code: "failed", message: "The disk is full.", hint: "Make room." },
      }),
    );
    await files.locator('input[type="file"]').setInputFiles(place("log.txt"));
    await seen(page.getByText("The disk is full."));
    await gone(files.getByText("log.txt"));
  });

  test("a picture in a new issue goes with it", async () => {
    await open();
    await page.getByRole("button", { name: "New issue" }).click();
    const dialog = await seen(page.getByRole("dialog", { name: "New issue" }));
    await page.keyboard.type("With a picture");
    await dialog.getByRole("textbox", { name: "Description" }).focus();
    await bring("paste");
    await page.waitForFunction(() => document.activeElement.value?.includes("attachment:"));
    await page.keyboard.press("Control+Enter");
    await gone(dialog);
    await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Open" }).click();
    await seen(page.getByRole("region", { name: "Description" }).getByRole("img", { name: "pasted.png" }));
    await seen(
      page.getByRole("region", { name: "Attachments" }).getByRole("button", { name: /^pasted\.png/ }),
    );
  });
});
