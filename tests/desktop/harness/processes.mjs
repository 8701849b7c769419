import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";

/** Runs a program to its end. */
export async function run(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const closed = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** Runs a program that has to end well, and answers what it wrote. */
export async function succeed(program, args, options) {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${stderr || stdout}`);
  return stdout;
}

/**
 * The processes that belong to a folder: started with it in their environment or their words, and what those
 * started. What runs in a sandbox shows neither, so the descendants count.
 */
export function processesOf(folder, butNot) {
  const all = readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => described(Number(pid)));
  const belong = new Set(all.filter(({ words }) => words.includes(folder)).map(({ pid }) => pid));
  for (const pid of [process.pid, ...butNot]) belong.delete(pid);
  for (let before = -1; before !== belong.size; ) {
    before = belong.size;
    for (const { pid, parent } of all) if (belong.has(parent)) belong.add(pid);
  }
  return all
    .filter(({ pid, dead }) => belong.has(pid) && !dead)
    .map(({ pid, command }) => ({ pid, command }));
}

function described(pid) {
  try {
    const read = (name) => readFileSync(`/proc/${pid}/${name}`, "utf8");
    const status = read("status");
    const command = read("cmdline").split("\0").join(" ").trim();
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)[1]);
    return [{ pid, parent, command, words: command + read("environ"), dead: /^State:\s+Z/m.test(status) }];
  } catch {
    // It ended while it was looked at.
    return [];
  }
}

/** Waits for the end of a process that is not our child. */
export async function ended(pid) {
  await run("tail", [`--pid=${pid}`, "-f", "/dev/null"]);
}

/** Asks a child to end and waits until it has. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await over;
}
