// Which item of one list is which of the other. The API server knows from its schemas; we guess from the items, for display only.
import { isJsonObject } from "../object/guards.ts";
import type { Json, JsonObject } from "../object/object.ts";

/** Merge keys of Kubernetes' own lists, the usual ones first. Source: x-kubernetes-list-map-keys in k8s.io/api v0.37.2 */
const candidates: readonly (readonly string[])[] = [
  ["name"],
  ["mountPath"],
  ["devicePath"],
  ["containerPort", "protocol"],
  ["port", "protocol"],
  ["ip"],
  ["topologyKey", "whenUnsatisfiable"],
  ["uid"],
  ["type"],
  ["key"],
];

const identify = (item: JsonObject, names: readonly string[]): string | undefined => {
  const values = names.map((name) => item[name]);
  if (!values.every((value) => typeof value === "string" || typeof value === "number")) return undefined;
  return names.map((name, index) => `${name}=${values[index]}`).join(",");
};

const index = (items: readonly Json[], names: readonly string[]): ReadonlyMap<string, Json> | undefined => {
  const indexed = new Map<string, Json>();
  for (const item of items) {
    const key = isJsonObject(item) ? identify(item, names) : undefined;
    if (key === undefined || indexed.has(key)) return undefined;
    indexed.set(key, item);
  }
  return indexed;
};

/** Two lists with their items by identity, in their own order. */
export interface KeyedLists {
  readonly before: ReadonlyMap<string, Json>;
  readonly after: ReadonlyMap<string, Json>;
}

/** The lists by the first key that names each of their items, and each but once; `undefined` where no key does. */
export const findKeyedLists = (before: readonly Json[], after: readonly Json[]): KeyedLists | undefined => {
  for (const names of candidates) {
    const keyed = { before: index(before, names), after: index(after, names) };
    if (keyed.before !== undefined && keyed.after !== undefined) return { before: keyed.before, after: keyed.after };
  }
  return undefined;
};
