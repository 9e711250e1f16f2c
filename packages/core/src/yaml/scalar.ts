// What a scalar means. Kubernetes reads YAML 1.1 as go-yaml 2 does, which is neither YAML 1.1 nor 1.2; no schema of any JavaScript library agrees with it.

/** A scalar with the type it was read as: `int` and `float` share a JavaScript type and differ as keys and under tags. */
export type Scalar =
  | { readonly type: "null"; readonly value: null }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "int"; readonly value: number | bigint }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "str"; readonly value: string };

const words: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, { type: "bool", value: true }] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, { type: "bool", value: false }] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, { type: "null", value: null }] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, { type: "float", value: Number.NaN }] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, { type: "float", value: Number.POSITIVE_INFINITY }] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, { type: "float", value: Number.NEGATIVE_INFINITY }] as const),
]);

/** The first characters that anything but a string can start with. */
const typedStart = /^[-+.0-9yYnNtTfFoO~]/;
const shortDecimal = /^[1-9]\d{0,14}$/;
const integer = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
const dotted = /^\.\d+(_\d+)*([eE][-+]?\d+(_\d+)*)?$/;
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;

const parseMagnitude = (digits: string): bigint => BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);

/** The integer that a text without underscores writes, where it fits int64 or, unsigned, uint64. */
const findInteger = (text: string): number | bigint | undefined => {
  // go-yaml tries the digits after 0b once more by themselves, and those may have a sign.
  const [, sign = "", digits = ""] = integer.exec(text.replace(/^0b([-+])/, (_match, inner: string) => `${inner}0b`)) ?? [];
  if (digits === "") return undefined;
  const value = sign === "-" ? -parseMagnitude(digits) : parseMagnitude(digits);
  if (value < int64Min || value > (sign === "" ? uint64Max : int64Max)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

const findFloat = (text: string): number | undefined => {
  const value = float.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
};

/**
 * The value of an unquoted scalar.
 *
 * Shape: `yes`, `on`, `y` and their opposites are booleans; `0644` is 420; `1_000` is 1000; dates, times and `0x1p3` are strings; a number too
 * large for 64 bits is a float and one too large for that a string. Integers beyond 2^53 are `bigint`.
 * Source: go.yaml.in/yaml/v2 v2.4.4, resolve.go
 */
export const resolvePlain = (text: string): Scalar => {
  if (text !== "" && !typedStart.test(text)) return { type: "str", value: text };
  if (shortDecimal.test(text)) return { type: "int", value: Number(text) };
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return { type: "str", value: text };
  // After a leading dot Go's own rule for underscores holds, between digits; after a digit or a sign go-yaml's, anywhere.
  if (text.startsWith(".") && !dotted.test(text)) return { type: "str", value: text };
  const plain = text.replaceAll("_", "");
  const whole = findInteger(plain);
  if (whole !== undefined) return { type: "int", value: whole };
  const number = findFloat(plain);
  return number === undefined ? { type: "str", value: text } : { type: "float", value: number };
};

const scalarTags: ReadonlySet<string> = new Set(["bool", "float", "int", "null", "str", "timestamp"]);
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?([Zz]|[-+]\d{2}:\d{2})?)?$/;

/**
 * The value of a scalar under an explicit core tag (`int` of `!!int`); `undefined` when the text is none of that type. A tag that YAML does not
 * define leaves the text a string, as kubectl has it.
 *
 * Source: go.yaml.in/yaml/v2 v2.4.4, resolve.go
 */
export const resolveTagged = (tag: string, text: string): Scalar | undefined => {
  if (tag === "str" || !scalarTags.has(tag)) return { type: "str", value: text };
  if (tag === "timestamp") return timestamp.test(text) ? { type: "str", value: text } : undefined;
  const scalar = resolvePlain(text);
  if (scalar.type === tag) return scalar;
  return tag === "float" && scalar.type === "int" ? { type: "float", value: Number(scalar.value) } : undefined;
};
