import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KubeObject } from "@windlass/core";
import { ensureToolbox } from "@windlass/testbed/toolbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Toolbox, createToolbox } from "../toolbox/toolbox.ts";
import { createLuaRunner } from "./lua-runner.ts";
import { loadRulesFolder } from "./rules-folder.ts";
import { createJudge } from "./user-rules.ts";

const lua = createLuaRunner();
let cel: Toolbox;
let folder = "";

beforeAll(async () => {
  cel = createToolbox({ directory: await ensureToolbox(), role: "eval", size: 1, deadlineMs: 5_000 });
  folder = await mkdtemp(join(tmpdir(), "windlass-rules-"));
}, 900_000);
afterAll(async () => {
  await Promise.all([lua.close(), cel?.close()]);
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
const judgeWith = async (files: Readonly<Record<string, string>>) => {
  const root = join(folder, String(++count));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return createJudge({ rules: await loadRulesFolder(root), lua, cel });
};

const thing = (group: string, kind = "Thing", rest: object = {}): KubeObject => ({
  apiVersion: group === "" ? "v1" : `${group}/v1`,
  kind,
  metadata: { name: "a" },
  status: { conditions: [{ type: "Ready", status: "True" }], size: 2 },
  ...rest,
});

const says = (status: string, message: string): string => `return {status = "${status}", message = "${message}"}`;

test("a rule of the folder has the word for its kind, ours for all others", async () => {
  const judge = await judgeWith({ "example.org/Thing/health.lua": says("Degraded", "by rule") });
  expect(await judge(thing("example.org"))).toEqual({ status: "Degraded", message: "by rule" });
  expect(await judge(thing("example.com"))).toMatchObject({ status: "Healthy" });
});

test("_ stands for any group or kind, and a kind of the core group stands at the top, as in Argo CD's layout", async () => {
  const judge = await judgeWith({
    "_.example.org/_/health.lua": says("Suspended", "any"),
    "a.example.org/Thing/health.lua": says("Degraded", "exact"),
    "ConfigMap/health.lua": says("Progressing", "core"),
    "a.example.org/Thing/actions/restart/action.lua": "not a rule",
  });
  expect(await judge(thing("b.example.org"))).toEqual({ status: "Suspended", message: "any" });
  expect(await judge(thing("a.example.org"))).toEqual({ status: "Degraded", message: "exact" });
  expect(await judge(thing("", "ConfigMap"))).toEqual({ status: "Progressing", message: "core" });
});

test("a rule in CEL is an expression that gives a map, or a status", async () => {
  const judge = await judgeWith({
    "example.org/Thing/health.cel": `object.status.size > 1 ? {"status": "Healthy", "message": "size " + string(object.status.size)} : {"status": "Degraded"}`,
    "example.org/Other/health.cel": `"Suspended"`,
  });
  expect(await judge(thing("example.org"))).toEqual({ status: "Healthy", message: "size 2" });
  expect(await judge(thing("example.org", "Other"))).toEqual({ status: "Suspended", message: "" });
});

test.each([
  [
    "fails in Lua",
    { "example.org/Thing/health.lua": `return obj.status.missing.field` },
    "example.org/Thing/health.lua: the Lua rule failed",
  ],
  ["fails in CEL", { "example.org/Thing/health.cel": "object.status.missing.field" }, "no such key"],
  ["gives a word that is none", { "example.org/Thing/health.lua": says("Green", "") }, "Green"],
])("an object whose rule %s is Unknown, and the message says why", async (_what, files: Readonly<Record<string, string>>, message) => {
  const judge = await judgeWith(files);
  expect(await judge(thing("example.org"))).toEqual({ status: "Unknown", message: expect.stringContaining(message) });
});

test("an object on its way out is Progressing whatever a rule says", async () => {
  const judge = await judgeWith({ "example.org/Thing/health.lua": says("Healthy", "") });
  const leaving = thing("example.org", "Thing", { metadata: { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z" } });
  expect(await judge(leaving)).toMatchObject({ status: "Progressing" });
});

test("two rules for one kind are refused, and both are named", async () => {
  const files = { "example.org/Thing/health.lua": says("Healthy", ""), "example.org/Thing/health.cel": `"Healthy"` };
  await expect(judgeWith(files)).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringMatching(/health\.cel and .*health\.lua/),
  });
});

test("a folder that is not there is not found", async () => {
  await expect(loadRulesFolder(join(folder, "none"))).rejects.toMatchObject({ code: "not_found" });
});
