// Installs what the npm scripts need, and says what it does. Plain JavaScript for any Node from 20 on: it runs before anything is installed.
//
//   node scripts/bootstrap.mjs            the npm packages, Node 24 among them
//   node scripts/bootstrap.mjs --testbed  and the control plane and rendering programs, built with Go
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".windlass-stamp");
const wantsTestbed = process.argv.includes("--testbed");

const fail = (message, remedy) => {
  process.stderr.write(`error: ${message}\nremedy: ${remedy}\n`);
  process.exit(8);
};

const need = (program, args, remedy) => {
  const { status } = spawnSync(program, args, { stdio: "ignore" });
  if (status !== 0) fail(`${program} is not installed or not in PATH`, remedy);
};

const lockHash = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

const isInstalled = () =>
  existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash() && existsSync(join(root, "node_modules/.bin/node"));

const run = (command, args) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

if (Number(process.versions.node.split(".")[0]) < 20)
  fail(
    `Node ${process.versions.node} is too old to start`,
    "install Node 20 or later; the right one is installed into node_modules from there",
  );

if (!isInstalled()) {
  need("npm", ["--version"], "install npm, which comes with Node (https://nodejs.org)");
  need("git", ["--version"], "install Git (https://git-scm.com)");
  process.stderr.write("installing npm packages into node_modules (Node 24 among them)\n");
  // Not `npm ci`: some versions of npm write lockfiles without the optional packages of other platforms, and then refuse them.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, lockHash());
}

if (wantsTestbed) run(join(root, "node_modules/.bin/node"), [join(root, "testbed/src/main.ts"), "build"]);
