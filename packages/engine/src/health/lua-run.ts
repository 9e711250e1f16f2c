// One Lua rule on one object: what Argo CD calls a custom health check.
// Source of the interface (`obj` in, a table with `status` and `message` out, which libraries there are): argo-cd, util/lua/lua.go and docs/operator-manual/health.md
import { type LuaState, lauxlib, lua, lualib, to_luastring as bytesOf } from "fengari";
import { setByteBudget } from "./byte-budget.ts";
import type { LuaCall, LuaOutcome } from "./lua-wire.ts";

/** No io, no package, no debug, no coroutine; of os only the clock. */
const libraries = { _G: lualib.luaopen_base, table: lualib.luaopen_table, string: lualib.luaopen_string, math: lualib.luaopen_math };
const osFunctions = ["time", "date", "difftime"] as const;

/** What loads code or prints, and what makes bytecode. */
const removed = ["dofile", "loadfile", "load", "loadstring", "require", "print", "collectgarbage"] as const;

/** Scripts are written for Lua 5.1: these are the names that it had and 5.3 has not. */
const prelude = `
string.dump = nil
unpack = table.unpack
table.getn = function(list) return #list end
table.maxn = function(list) local max = 0 for key in pairs(list) do if type(key) == "number" and key > max then max = key end end return max end
math.pow = function(base, power) return base ^ power end
math.mod = math.fmod
`;

const setGlobalNil = (L: LuaState, name: string): void => {
  lua.lua_pushnil(L);
  lua.lua_setglobal(L, bytesOf(name));
};

const openLibraries = (L: LuaState): void => {
  for (const [name, open] of Object.entries(libraries)) {
    lauxlib.luaL_requiref(L, bytesOf(name), open, 1);
    lua.lua_pop(L, 1);
  }
  lauxlib.luaL_requiref(L, bytesOf("os"), lualib.luaopen_os, 0);
  lua.lua_createtable(L, 0, osFunctions.length);
  for (const name of osFunctions) {
    lua.lua_getfield(L, -2, bytesOf(name));
    lua.lua_setfield(L, -2, bytesOf(name));
  }
  lua.lua_setglobal(L, bytesOf("os"));
  lua.lua_pop(L, 1);
  for (const name of removed) setGlobalNil(L, name);
};

const int32Max = 2 ** 31 - 1;

const pushNumber = (L: LuaState, value: number): void => {
  if (Number.isInteger(value) && Math.abs(value) <= int32Max) lua.lua_pushinteger(L, value);
  else lua.lua_pushnumber(L, value);
};

/** Pushes a JSON value; null becomes nil, so that a field which is null is absent. */
const pushValue = (L: LuaState, value: unknown): void => {
  if (typeof value === "string") lua.lua_pushstring(L, bytesOf(value));
  else if (typeof value === "number") pushNumber(L, value);
  else if (typeof value === "boolean") lua.lua_pushboolean(L, value);
  else if (Array.isArray(value)) pushList(L, value);
  else if (typeof value === "object" && value !== null) pushFields(L, Object.entries(value));
  else lua.lua_pushnil(L);
};

const pushList = (L: LuaState, list: readonly unknown[]): void => {
  lua.lua_createtable(L, list.length, 0);
  for (const [index, item] of list.entries()) {
    pushValue(L, item);
    lua.lua_rawseti(L, -2, index + 1);
  }
};

const pushFields = (L: LuaState, fields: readonly (readonly [string, unknown])[]): void => {
  lua.lua_createtable(L, 0, fields.length);
  for (const [name, value] of fields) {
    lua.lua_pushstring(L, bytesOf(name));
    pushValue(L, value);
    lua.lua_rawset(L, -3);
  }
};

/** Ends the script after so many instructions; then at every further one, so that a `pcall` in the script cannot go on. */
const limitInstructions = (L: LuaState, instructionsMax: number): void => {
  const step = 1_000;
  let left = instructionsMax;
  const hook = (running: LuaState): void => {
    left -= step;
    if (left > 0) return;
    lua.lua_sethook(running, hook, lua.LUA_MASKCOUNT, 1);
    lauxlib.luaL_error(running, bytesOf(`the script takes more than ${instructionsMax} instructions`));
  };
  lua.lua_sethook(L, hook, lua.LUA_MASKCOUNT, step);
};

const load = (L: LuaState, text: string, name: string): boolean => {
  const chunk = bytesOf(text);
  return lauxlib.luaL_loadbufferx(L, chunk, chunk.length, bytesOf(`=${name}`), bytesOf("t")) === lua.LUA_OK;
};

const call = (L: LuaState, results: 0 | 1): boolean => lua.lua_pcall(L, 0, results, 0) === lua.LUA_OK;

const reasonMax = 300;

const topText = (L: LuaState): string =>
  lua.lua_type(L, -1) === lua.LUA_TSTRING
    ? (lua.lua_tojsstring(L, -1) ?? "").slice(0, reasonMax)
    : "the script failed without a message, or makes more text than a rule may";

const textField = (L: LuaState, name: string): string => {
  lua.lua_getfield(L, -1, bytesOf(name));
  const text = lua.lua_tojsstring(L, -1) ?? "";
  lua.lua_pop(L, 1);
  return text;
};

const run = ({ script, objectJson, instructionsMax, bytesMax }: LuaCall): LuaOutcome => {
  const L = lauxlib.luaL_newstate();
  openLibraries(L);
  if (!load(L, prelude, "prelude") || !call(L, 0)) return { error: topText(L) };
  pushValue(L, JSON.parse(objectJson));
  lua.lua_setglobal(L, bytesOf("obj"));
  if (!load(L, script, "health.lua")) return { error: topText(L) };
  setByteBudget(bytesMax);
  limitInstructions(L, instructionsMax);
  const isDone = call(L, 1);
  setByteBudget(Number.POSITIVE_INFINITY);
  if (!isDone) return { error: topText(L) };
  if (lua.lua_type(L, -1) !== lua.LUA_TTABLE) return { error: "the script returns no table with status and message" };
  return { status: textField(L, "status"), message: textField(L, "message") };
};

/** What a rule says. Never throws: what goes wrong is an outcome. */
export const runLuaRule = (luaCall: LuaCall): LuaOutcome => {
  try {
    return run(luaCall);
  } catch (error) {
    return { error: error instanceof Error ? error.message : "the script failed" };
  } finally {
    setByteBudget(Number.POSITIVE_INFINITY);
  }
};
