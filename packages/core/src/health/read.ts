// Reading untyped JSON without trusting it: a missing field, or one of another type, reads as nothing and never throws.

/** A JSON object whose fields are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

const nothing: Fields = {};

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value as a JSON object; an empty one where it is something else. */
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : nothing);

/** The value at a path of field names; undefined where a step is missing. */
export const at = (value: unknown, ...path: readonly string[]): unknown => {
  let here = value;
  for (const name of path) {
    const fields = fieldsOf(here);
    here = Object.hasOwn(fields, name) ? fields[name] : undefined;
  }
  return here;
};

/** The value as text: strings, numbers and booleans as written, everything else "". */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "";

/** The text at a path; "" where there is none. */
export const textAt = (value: unknown, ...path: readonly string[]): string => textOf(at(value, ...path));

/** The value as a number; undefined where it is not one. */
const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : undefined;

/** The number at a path; undefined where there is none. */
export const numberAt = (value: unknown, ...path: readonly string[]): number | undefined => numberOf(at(value, ...path));

/** The count at a path; controllers leave a zero out, so a missing one is 0. */
export const countAt = (value: unknown, ...path: readonly string[]): number => numberAt(value, ...path) ?? 0;

/** The list at a path; empty where there is none. */
export const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
};

/** The JSON object at a path; empty where there is none. */
export const fieldsAt = (value: unknown, ...path: readonly string[]): Fields => fieldsOf(at(value, ...path));

/** Whether the field at a path is `true`, or the text "true" that annotations and some operators use. */
export const isTrueAt = (value: unknown, ...path: readonly string[]): boolean => textAt(value, ...path).toLowerCase() === "true";

/** Whether a JSON value says nothing yet: missing, null, zero, "", false, or made of such values only. */
export const isBlank = (value: unknown): boolean =>
  typeof value === "object" && value !== null ? Object.values(value).every(isBlank) : value === undefined || value === null || !value;
