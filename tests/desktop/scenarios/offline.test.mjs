import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../harness/processes.mjs";

const PROGRAM = fileURLToPath(new URL("../offline/triage.mjs", import.meta.url));

test("triage needs no network", async () => {
  // A network of their own, in which there is nothing but the way to oneself that the driver of the window takes;
  // with it a bus of their own, since the session's may be reached by that way.
  const alone = ["--net", "--", "sh", "-c", 'ip link set lo up && exec dbus-run-session -- "$0" "$1"'];
  const rights = process.getuid() === 0 ? [] : ["--map-current-user", "--keep-caps"];
  const { code, stdout, stderr } = await run("unshare", [...rights, ...alone, process.execPath, PROGRAM]);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
});
