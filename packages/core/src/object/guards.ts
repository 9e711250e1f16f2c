import type { Json, JsonObject } from "./object.ts";

/** Whether a value is a JSON object, against a list, a scalar or nothing. */
export const isJsonObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a value is a JSON list. */
export const isJsonList = (value: unknown): value is readonly Json[] => Array.isArray(value);

/** What a value is, in words for a message: `a number`. */
export const describeType = (value: unknown): string => {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  const names: Readonly<Record<string, string>> = {
    string: "a text",
    number: "a number",
    bigint: "a number",
    boolean: "a boolean",
    object: "a mapping",
  };
  return names[typeof value] ?? typeof value;
};
