// The part of fengari that we call; the package has no types of its own. Its names are those of Lua's C API, whose manual is their documentation.
declare module "fengari" {
  /** One Lua state. Opaque. */
  export interface LuaState {
    readonly __lua: never;
  }
  type Bytes = Uint8Array;
  type CFunction = (L: LuaState) => number;

  export const to_luastring: (text: string) => Bytes;
  export const lauxlib: {
    luaL_newstate(): LuaState;
    luaL_requiref(L: LuaState, name: Bytes, open: CFunction, isGlobal: 0 | 1): void;
    luaL_loadbufferx(L: LuaState, chunk: Bytes, size: number, name: Bytes, mode: Bytes): number;
    luaL_error(L: LuaState, message: Bytes): never;
  };
  export const lualib: Readonly<Record<"luaopen_base" | "luaopen_table" | "luaopen_string" | "luaopen_math" | "luaopen_os", CFunction>>;
  export const lua: {
    readonly LUA_OK: 0;
    readonly LUA_MASKCOUNT: number;
    readonly LUA_TTABLE: number;
    readonly LUA_TSTRING: number;
    lua_createtable(L: LuaState, listSize: number, fieldsSize: number): void;
    lua_getfield(L: LuaState, index: number, name: Bytes): number;
    lua_getglobal(L: LuaState, name: Bytes): number;
    lua_pcall(L: LuaState, args: number, results: number, handler: number): number;
    lua_pop(L: LuaState, count: number): void;
    lua_pushboolean(L: LuaState, value: boolean): void;
    lua_pushinteger(L: LuaState, value: number): void;
    lua_pushnil(L: LuaState): void;
    lua_pushnumber(L: LuaState, value: number): void;
    lua_pushstring(L: LuaState, value: Bytes): void;
    lua_rawset(L: LuaState, index: number): void;
    lua_rawseti(L: LuaState, index: number, position: number): void;
    lua_setfield(L: LuaState, index: number, name: Bytes): void;
    lua_setglobal(L: LuaState, name: Bytes): void;
    lua_sethook(L: LuaState, hook: (L: LuaState) => void, mask: number, count: number): void;
    lua_tojsstring(L: LuaState, index: number): string | null;
    lua_type(L: LuaState, index: number): number;
  };
}
