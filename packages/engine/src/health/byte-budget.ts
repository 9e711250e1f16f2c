// How many bytes of strings a Lua script may make. Imported before fengari, and only in the worker that runs scripts.
//
// fengari keeps strings in Uint8Arrays, which lie outside of the heap that a worker's limits bound: thirty instructions of `s = s .. s` would take
// gigabytes. The one place that sees each of them is the constructor.

const NativeBytes = globalThis.Uint8Array;

let bytesLeft = Number.POSITIVE_INFINITY;

const sizeOf = (first: unknown): number => {
  if (typeof first === "number") return first;
  // A view of bytes that are there already costs nothing.
  if (first instanceof ArrayBuffer) return 0;
  return typeof first === "object" && first !== null && "length" in first && typeof first.length === "number" ? first.length : 0;
};

globalThis.Uint8Array = new Proxy(NativeBytes, {
  construct(target, args: readonly unknown[], newTarget: new () => object) {
    bytesLeft -= sizeOf(args[0]);
    if (bytesLeft < 0) throw new RangeError("the script makes more text than a rule may");
    return Reflect.construct(target, args, newTarget) as object;
  },
});

/** Sets what may still be made; until the first call there is no bound. */
export const setByteBudget = (bytes: number): void => {
  bytesLeft = bytes;
};
