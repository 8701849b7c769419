import { writeFile } from "node:fs/promises";
import { locate } from "./locate.mjs";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const PATIENCE = 30_000;

/** The page in the window, through WebDriver. Things are found by what they are called, as a person finds them. */
export class Page {
  #address;
  #shots;

  static async open(driver, binary, args, shots) {
    const page = new Page();
    page.#shots = shots;
    const options = { binary, args };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
    const { sessionId } = await ask(`${driver}/session`, "POST", { capabilities });
    page.#address = `${driver}/session/${sessionId}`;
    await page.#post("timeouts", { script: PATIENCE });
    return page;
  }

  /** Runs a function in the page. */
  async evaluate(fn, ...args) {
    return await this.#post("execute/sync", { script: `return (${fn}).apply(null, arguments);`, args });
  }

  /** Waits until a function of the page answers something true, looking again at every change of the page. */
  async until(fn, what, ...args) {
    const script = `
      const done = arguments[arguments.length - 1];
      const args = Array.prototype.slice.call(arguments, 0, -1);
      const look = () => {
        const found = (${fn}).apply(null, args);
        if (!found) return;
        observer.disconnect();
        removeEventListener("popstate", look);
        done(found);
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      addEventListener("popstate", look);
      look();`;
    try {
      return await this.#post("execute/async", { script, args });
    } catch (error) {
      const shown = await this.evaluate(() => document.body.innerText.slice(0, 3000)).catch(() => "nothing");
      throw new Error(`the page never showed ${what} (${error.message}). It shows:\n${shown}`);
    }
  }

  /** Asks the application as the page itself does; for setting a scene, not for what is tested. */
  async call(name, args = {}) {
    return await this.shell("call", { name, args });
  }

  /** Asks the shell that the window belongs to. */
  async shell(command, args = {}) {
    const script = `
      const done = arguments[2];
      window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(
        (value) => done({ value }),
        (error) => done({ error: error.message ?? String(error) }),
      );`;
    const { value, error } = await this.#post("execute/async", { script, args: [command, args] });
    if (error) throw new Error(`${args.name ?? command}: ${error}`);
    return value;
  }

  /** Waits for an element with a role and a name: `{role: "button", name: "Run"}`; a name may be a RegExp. */
  async find(wanted) {
    const plain = { ...wanted, name: pattern(wanted.name), within: wanted.within };
    return await this.until(locate, JSON.stringify(plain), plain);
  }

  async click(wanted) {
    const element = await this.find({ ...wanted, usable: true });
    await this.#post(`element/${element[ELEMENT]}/click`, {});
  }

  /** Types into a field, in place of what is in it. */
  async fill(wanted, text) {
    const element = await this.find(wanted);
    await this.#post(`element/${element[ELEMENT]}/clear`, {});
    await this.#post(`element/${element[ELEMENT]}/value`, { text });
  }

  /** Presses a key, as on a keyboard, where the focus is. */
  async press(key) {
    const actions = ["keyDown", "keyUp"].map((type) => ({ type, value: key }));
    await this.#post("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Presses a key while another is held. */
  async chord(held, key) {
    const actions = [
      { type: "keyDown", value: held },
      { type: "keyDown", value: key },
      { type: "keyUp", value: key },
      { type: "keyUp", value: held },
    ];
    await this.#post("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  async sees(text, what) {
    const wanted = pattern(text);
    await this.until(
      (match) => {
        const shown = document.body.innerText;
        return match.regexp ? new RegExp(match.regexp, match.flags).test(shown) : shown.includes(match);
      },
      what ?? String(text),
      wanted,
    );
  }

  /** Waits until the page is at a path. */
  async at(path) {
    await this.until((wanted) => location.pathname === wanted, `the path ${path}`, path);
  }

  async shoot(name) {
    // The picture is of what was painted last, which may lag behind what the page holds.
    const painted =
      "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));";
    await this.#post("execute/async", { script: painted, args: [] });
    const picture = await ask(`${this.#address}/screenshot`, "GET");
    await writeFile(`${this.#shots}/${name}.png`, Buffer.from(picture, "base64"));
  }

  async #post(what, body) {
    return await ask(`${this.#address}/${what}`, "POST", body);
  }
}

function pattern(text) {
  return text instanceof RegExp ? { regexp: text.source, flags: text.flags } : text;
}

async function ask(address, method, body) {
  const response = await fetch(address, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
