// What passes between the thread that runs Lua rules and the rest.

/** One rule to run on one object. Texts only: they are what a thread takes over cheaply and safely. */
export interface LuaCall {
  readonly script: string;
  readonly objectJson: string;
  readonly instructionsMax: number;
  readonly bytesMax: number;
}

/** What `return hs` held, or why there is none. */
export type LuaOutcome = { readonly status: string; readonly message: string } | { readonly error: string };
