// JSON with whole integers. Kubernetes' int64 does not fit a JavaScript number, and an apply engine that rounds a value has changed it.
import { WindlassError } from "../error.ts";
import type { Json } from "./object.ts";

declare global {
  /** What Node 24 has and the ES2024 library does not declare yet: https://github.com/tc39/proposal-json-parse-with-source */
  interface JSON {
    parse(text: string, reviver: (key: string, value: Json, context: { readonly source?: string }) => Json): Json;
    rawJSON(text: string): unknown;
  }
}

/** A number of 16 digits or more where a value may stand. Inside a string it costs time only: the reviver looks at numbers alone. */
const longNumber = /(?:^|[[:,\s])-?\d{16}/;
const integer = /^-?\d+$/;

const keepInteger = (_key: string, value: Json, { source }: { readonly source?: string }): Json =>
  typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined && integer.test(source) ? BigInt(source) : value;

const formatBigint = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? JSON.rawJSON(value.toString()) : value);

/**
 * The value that a JSON text holds; integers beyond 2^53 are `bigint`, all other numbers `number`.
 *
 * Errors: `invalid` when the text is not JSON. The message does not quote the text, which may hold a secret.
 */
export const parseJson = (text: string): Json => {
  try {
    const value = longNumber.test(text) ? JSON.parse(text, keepInteger) : (JSON.parse(text) as Json);
    return value;
  } catch {
    throw new WindlassError({
      code: "invalid",
      message: `This is not JSON (${text.length} characters).`,
      remedy: "Check that it is complete and that what sent it speaks JSON.",
    });
  }
};

/** The JSON text of a value, `bigint` as integers: the inverse of `parseJson`. */
export const formatJson = (value: unknown): string => {
  try {
    return JSON.stringify(value);
  } catch {
    // Only a bigint (or a cycle, which fails here again) gets us here, so that everybody else pays for no replacer.
    return JSON.stringify(value, formatBigint);
  }
};
