// Reading JSON that nobody has checked: what is not of the wanted shape is empty.
import type { JsonObject } from "@windlass/core";

/** Whether a value is a JSON object. */
export const isJsonObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The object, or one without fields. */
export const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

/** The objects of an array, or none. */
export const objectsOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.map(objectOf) : []);

/** The string, or "". */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The strings of an array, or none. */
export const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(textOf) : []);
