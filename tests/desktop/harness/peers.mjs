import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Events } from "./events.mjs";
import { stop } from "./processes.mjs";

// The distribution's own Python: the bindings for D-Bus belong to it.
const PYTHON = "/usr/bin/python3";
const PEERS = fileURLToPath(new URL("../peers/desktop_peers.py", import.meta.url));

/** The desktop around the application: what it is shown, and what a person does there. */
export class Peers {
  events = new Events();
  #child;
  #answers = new Map();
  #last = 0;

  static async start(environment) {
    const peers = new Peers();
    peers.#child = spawn(PYTHON, ["-B", PEERS], { env: environment, stdio: ["pipe", "pipe", "inherit"] });
    peers.#child.once("exit", (code) => peers.#over(new Error(`the peers ended with ${code}`)));
    createInterface({ input: peers.#child.stdout }).on("line", (line) => peers.#heard(JSON.parse(line)));
    await peers.events.next(({ event }) => event === "ready", "the peers");
    return peers;
  }

  get pid() {
    return this.#child.pid;
  }

  /** Does what a person would. */
  async do(name, args = {}) {
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
    this.#child.stdin.write(`${JSON.stringify({ do: name, with: args, id })}\n`);
    return await answer;
  }

  async next(event, wanted, what) {
    return await this.events.next((each) => each.event === event && wanted(each), what ?? `a ${event}`);
  }

  /** The tray as it is once it shows an entry of which `wanted` holds. */
  async tray(wanted, what) {
    return await this.next("tray", wanted, what);
  }

  async windowShown(title, shown) {
    const what = `the window "${title}" to be ${shown ? "shown" : "gone"}`;
    return await this.next("window", (each) => each.title === title && each.shown === shown, what);
  }

  async stop() {
    await stop(this.#child);
  }

  #heard(line) {
    if (line.answer === undefined) {
      this.events.push(line);
      return;
    }
    const { resolve, reject } = this.#answers.get(line.answer);
    this.#answers.delete(line.answer);
    if (line.error === undefined) resolve(line.value);
    else reject(new Error(line.error));
  }

  #over(error) {
    this.events.fail(error);
    for (const { reject } of this.#answers.values()) reject(error);
  }
}
