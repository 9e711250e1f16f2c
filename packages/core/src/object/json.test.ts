import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatJson, parseJson } from "./json.ts";

test("an int64 that no number can hold comes out as it went in", () => {
  const text = '{"a":9223372036854775807,"b":[-9223372036854775808,9007199254740993]}';
  expect(parseJson(text)).toEqual({ a: 9223372036854775807n, b: [-9223372036854775808n, 9007199254740993n] });
  expect(formatJson(parseJson(text))).toBe(text);
});

test.each([
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["-9007199254740992", -9007199254740992n],
  ["  12345678901234567890", 12345678901234567890n],
  ["1234567890123456.5", 1234567890123456.5],
  ["12345678901234567e3", 12345678901234567e3],
  ["42", 42],
])("%s is read as a bigint only where a number would round it", (text, value) => {
  expect(parseJson(text)).toBe(value);
});

test("digits inside a string stay a string", () => {
  expect(parseJson('{"digest":"x: 12345678901234567890","n":12345678901234567890}')).toEqual({
    digest: "x: 12345678901234567890",
    n: 12345678901234567890n,
  });
});

test("a key named __proto__ is data like any other", () => {
  const text = '{"__proto__":{"n":12345678901234567890}}';
  expect(formatJson(parseJson(text))).toBe(text);
});

test("a text that is not JSON is invalid, and the message does not quote what may be a secret", () => {
  expect(() => parseJson('{"password":"hunter2"')).toThrow(/^This is not JSON \(21 characters\)\.$/);
});

test("parse after format gives the same value, for every value and every integer", () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.constant(null),
      fc.boolean(),
      fc.string(),
      fc.integer(),
      fc.bigInt().filter((value) => value > 2n ** 53n || value < -(2n ** 53n)),
      fc.array(tie("tree")),
      fc.dictionary(fc.string(), tie("tree"), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(parseJson(formatJson(value))).toEqual(value);
    }),
  );
});
