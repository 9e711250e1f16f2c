import { isJsonList, isJsonObject } from "./guards.ts";
import type { Json, JsonObject } from "./object.ts";

/** Where a change applies: names of fields, `*` for every item of a list. */
export type UpdatePath = readonly string[];

/**
 * A value with what stands at a path changed; where the path leads nowhere, the value itself.
 *
 * Shape: `change` returns `undefined` to drop a field, and is not called for one that is absent. Nothing is mutated; what did not change is shared,
 * up to the whole value.
 */
export const updateAt = (value: Json, path: UpdatePath, change: (value: Json) => Json | undefined): Json | undefined => {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (step === "*") return isJsonList(value) ? updateItems(value, rest, change) : value;
  if (!isJsonObject(value) || !Object.hasOwn(value, step)) return value;
  const field = value[step];
  return field === undefined ? value : withField(value, step, updateAt(field, rest, change));
};

const updateItems = (items: readonly Json[], path: UpdatePath, change: (value: Json) => Json | undefined): readonly Json[] => {
  const updated = items.map((item) => updateAt(item, path, change) ?? item);
  return updated.some((item, index) => item !== items[index]) ? updated : items;
};

/** A mapping with one field set, or dropped for `undefined`; the mapping itself when it has it so already. */
export const withField = (value: JsonObject, name: string, field: Json | undefined): JsonObject => {
  if (field === undefined) return withoutFields(value, [name]);
  return value[name] === field ? value : { ...value, [name]: field };
};

/** A mapping without some fields; the mapping itself when it has none of them. */
export const withoutFields = (value: JsonObject, names: readonly string[]): JsonObject => {
  if (!names.some((name) => Object.hasOwn(value, name))) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
};
