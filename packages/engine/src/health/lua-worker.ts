// Runs Lua rules, one at a time, for `createLuaRunner`. A thread of its own, so that it can be ended whatever a script does.
// oxlint-disable-next-line import/no-unassigned-import -- must be evaluated before fengari
import "./byte-budget.ts";
import { parentPort } from "node:worker_threads";
import { runLuaRule } from "./lua-run.ts";
import type { LuaCall } from "./lua-wire.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.on("message", (call: LuaCall) => parentPort?.postMessage(runLuaRule(call)));
