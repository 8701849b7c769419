import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Page } from "./page.mjs";
import { Peers } from "./peers.mjs";
import { ended, processesOf, run, stop } from "./processes.mjs";

const SHOTS = fileURLToPath(new URL("../shots", import.meta.url));

/** A fresh user on a fresh desktop: home, data directory, keyring, notification server, tray. */
export class Desktop {
  #keyring;
  #driver;
  #driverAddress;

  static async make() {
    const desktop = new Desktop();
    desktop.binary = required("WAYBILL_DESKTOP_BIN");
    desktop.root = mkdtempSync(join(tmpdir(), "waybill-desktop-"));
    desktop.userHome = folder(desktop.root, "home");
    desktop.data = join(desktop.root, "data");
    desktop.environment = {
      ...inherited(),
      HOME: desktop.userHome,
      WAYBILL_HOME: desktop.data,
      XDG_RUNTIME_DIR: folder(desktop.root, "run"),
      XDG_CONFIG_HOME: folder(desktop.root, "home/.config"),
      XDG_DATA_HOME: folder(desktop.root, "home/.local/share"),
      XDG_CACHE_HOME: folder(desktop.root, "home/.cache"),
      TAURI_WEBVIEW_AUTOMATION: "true",
      GDK_BACKEND: "x11",
      GSETTINGS_BACKEND: "memory",
      NO_AT_BRIDGE: "1",
      LANG: "C.UTF-8",
    };
    mkdirSync(SHOTS, { recursive: true });
    try {
      desktop.peers = await Peers.start(desktop.environment);
      await desktop.#unlockKeyring();
    } catch (error) {
      await desktop.end();
      throw error;
    }
    return desktop;
  }

  /** A keyring that is open, as after signing in. */
  async #unlockKeyring() {
    this.#keyring = spawn("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], {
      env: this.environment,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#keyring.stdin.end("a password");
    await this.peers.next("keyring", ({ there }) => there, "the keyring");
  }

  /** Starts the application with a driver on its window, and waits for neither page nor window. */
  async start(...args) {
    await this.#startDriver();
    return await Page.open(this.#driverAddress, this.binary, args, SHOTS);
  }

  /** Starts the application as the user would, to its end. */
  async startAgain(...args) {
    return await run(this.binary, args, { env: this.environment });
  }

  /** What the keychain holds, asked by another program than ours. */
  async secret(name) {
    const args = ["lookup", "service", "waybill", "username", name];
    const { code, stdout } = await run("secret-tool", args, { env: this.environment });
    return code === 0 ? stdout : null;
  }

  /** The processes of the application: the shell, its web processes and its agents. */
  processes() {
    const ours = [this.#keyring?.pid, this.#driver?.pid, this.peers?.pid].filter((pid) => pid !== undefined);
    return processesOf(this.root, ours).filter(({ pid }) => !ours.includes(pid));
  }

  /** Waits until nothing of the application runs. */
  async allEnded() {
    for (const { pid } of this.processes()) await ended(pid);
  }

  /** Ends everything and leaves nothing behind. */
  async end() {
    for (const { pid } of this.peers ? this.processes() : []) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
    await this.peers?.stop();
    if (this.#driver) await stop(this.#driver);
    if (this.#keyring) await stop(this.#keyring);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  async #startDriver() {
    // One driver serves one session.
    if (this.#driver) await stop(this.#driver);
    const port = await freePort();
    this.#driver = spawn("WebKitWebDriver", [`--port=${port}`], { env: this.environment, stdio: "inherit" });
    await listening(port);
    this.#driverAddress = `http://127.0.0.1:${port}`;
  }
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; \`cargo xtask test desktop\` sets it`);
  return value;
}

/** What a fresh user's session has from ours: the screen, the bus and the programs. */
function inherited() {
  const kept = ["PATH", "DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "USER", "LOGNAME", "TMPDIR"];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function folder(root, name) {
  const path = join(root, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The driver does not tell when it is ready, so it is called until it answers. */
async function listening(port) {
  const end = Date.now() + 20_000;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error("WebKitWebDriver does not listen", { cause: error });
      await after(10);
    } finally {
      socket.destroy();
    }
  }
}
