import { isJsonList, isJsonObject } from "./guards.ts";
import type { Json } from "./object.ts";

/**
 * A value as JSON text that is the same for equal values, whatever the order of their fields: what a hash is taken of.
 *
 * Shape: fields in the order of their UTF-16 units, no white space, `bigint` as an integer, fields that are `undefined` left out.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === "bigint") return value.toString();
  if (isJsonList(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .toSorted();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] satisfies Json | undefined)}`).join(",")}}`;
};
