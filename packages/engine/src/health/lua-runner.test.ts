import type { KubeObject } from "@windlass/core";
import { afterAll, describe, expect, test } from "vitest";
import { createLuaRunner } from "./lua-runner.ts";

/** Bounds but time are shown with time to spare, since the machine may be busy. */
const runner = createLuaRunner({ deadlineMs: 50_000 });
const hastyRunner = createLuaRunner({ deadlineMs: 3_000 });
afterAll(() => Promise.all([runner.close(), hastyRunner.close()]));

const object: KubeObject = {
  apiVersion: "example.org/v1",
  kind: "Thing",
  metadata: { name: "a" },
  status: {
    replicas: 3,
    note: null,
    conditions: [
      { type: "Synced", status: "True" },
      { type: "Ready", status: "False", message: "too small" },
    ],
  },
};

// A customisation as people have it for Argo CD, in the style of docs/operator-manual/health.md there.
const customisation = `
hs = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for i, condition in ipairs(obj.status.conditions) do
    if condition.type == "Ready" and condition.status == "False" then
      hs.status = "Degraded"
      hs.message = condition.message .. " (" .. obj.status.replicas .. ")"
      return hs
    end
  end
end
hs.status = "Progressing"
hs.message = "Waiting"
return hs
`;

test("a customisation of Argo CD runs unchanged", async () => {
  expect(await runner.run(customisation, object)).toEqual({ status: "Degraded", message: "too small (3)" });
});

test("a field that is null is absent, as in Argo CD", async () => {
  expect(await runner.run(`return {status = tostring(obj.status.note)}`, object)).toMatchObject({ status: "nil" });
});

test("names of Lua 5.1, which Argo CD has, are there", async () => {
  expect(await runner.run(`return {status = tostring(table.getn({1, 2})), message = unpack({"a"})}`, object)).toEqual({
    status: "2",
    message: "a",
  });
});

test("no rule reaches a file, a process, the network, other code or another rule", async () => {
  const names = "io require dofile loadfile load loadstring debug package coroutine print os.execute os.getenv os.remove string.dump".split(
    " ",
  );
  const script = `return {status = ${names.map((name) => `tostring(${name})`).join(' .. " " .. ')}}`;
  expect(await runner.run(script, object)).toMatchObject({ status: names.map(() => "nil").join(" ") });
  await runner.run(`leftover = 1 return {}`, object);
  expect(await runner.run(`return {status = tostring(leftover)}`, object)).toMatchObject({ status: "nil" });
});

describe("a rule that goes beyond its bounds is ended and refused:", () => {
  test.each([
    ["endless", `while true do end`, "more than 1000000 instructions"],
    ["endless, catching what ends it", `while true do pcall(function() while true do end end) end`, "more than 1000000 instructions"],
    ["endless recursion", `local function f() return 1 + f() end return f()`, "the Lua rule failed"],
    ["texts that double", `local s = "x" while true do s = s .. s end`, "the Lua rule failed"],
    ["one large text", `return {status = string.rep("x", 1e9)}`, "the Lua rule failed"],
    [
      "a large text out of many",
      `local t = {} for i = 1, 200 do t[i] = ("x"):rep(1e6) end return {status = table.concat(t)}`,
      "the Lua rule failed",
    ],
    ["endless tables", `local t = {} while true do t[#t + 1] = {} end`, "the Lua rule failed"],
    ["bytecode", `return {status = tostring(load and load("\\27Lua"))}`, undefined],
  ])("%s", async (_what, script, message) => {
    const outcome = runner.run(script, object);
    if (message === undefined) expect(await outcome).toMatchObject({ status: "nil" });
    else await expect(outcome).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining(message) });
  });

  test("a pattern that backtracks for ever is ended at the deadline, and the next rule runs", async () => {
    const script = `return {status = tostring(string.find(string.rep("a", 40), string.rep("a*", 40) .. "b"))}`;
    await expect(hastyRunner.run(script, object)).rejects.toMatchObject({ code: "timeout" });
    expect(await hastyRunner.run(`return {status = "Healthy"}`, object)).toMatchObject({ status: "Healthy" });
  });
});

test.each([
  ["that does not compile", "x = = 1", "unexpected symbol"],
  ["that fails", `error("no such thing")`, "no such thing"],
  ["that returns nothing", "local x = 1", "returns no table"],
])("a script %s is refused with the reason", async (_what, script, message) => {
  await expect(runner.run(script, object)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining(message) });
});

test("an aborted signal ends a rule at once", async () => {
  const controller = new AbortController();
  const running = runner.run(
    `return {status = tostring(string.find(string.rep("a", 40), string.rep("a*", 40) .. "b"))}`,
    object,
    controller.signal,
  );
  controller.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
});
