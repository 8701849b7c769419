// Runs the protocol's own conformance suite against a server that wants a token: conformance.mjs URL TOKEN FOLDER
//
// The suite shows no token, so that a relay on loopback shows it; Host and Origin stay what the suite sends, but for the
// relay's port. Standard output is one JSON object: how many checks of each scenario passed, failed and warned.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [url, token, folder] = process.argv.slice(2);
const server = new URL(url);
const program = fileURLToPath(
  new URL("node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url),
);

const relay = createServer((asked, answer) => {
  const headers = { ...asked.headers, authorization: `Bearer ${token}` };
  for (const name of ["host", "origin"]) {
    headers[name] &&= headers[name].replace(`:${relay.address().port}`, `:${server.port}`);
  }
  const { method, url: path } = asked;
  const onward = request({ host: server.hostname, port: server.port, path, method, headers }, (told) => {
    answer.writeHead(told.statusCode, told.headers);
    told.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  answer.on("close", () => onward.destroy());
  asked.pipe(onward);
});
relay.listen(0, "127.0.0.1");
await once(relay, "listening");

const args = [
  "server",
  "--url",
  `http://127.0.0.1:${relay.address().port}/mcp`,
  "--suite",
  "all",
  "-o",
  folder,
];
const suite = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "ignore", "inherit"] });
await once(suite, "exit");
relay.close();
relay.closeAllConnections();

const scenarios = {};
for (const name of await readdir(folder)) {
  const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1];
  if (!scenario) continue;
  const checks = JSON.parse(await readFile(join(folder, name, "checks.json"), "utf8"));
  const count = (status) => checks.filter((check) => check.status === status).length;
  scenarios[scenario] = { passed: count("SUCCESS"), failed: count("FAILURE"), warned: count("WARNING") };
}
process.stdout.write(`${JSON.stringify(scenarios)}\n`);
