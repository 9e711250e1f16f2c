import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions, findVersion } from "./version.ts";
import { findNewest, isInRange, parseVersionRange } from "./version-range.ts";

const fits = (version: string, range: string): boolean => {
  const parsed = findVersion(version);
  return parsed !== undefined && isInRange(parsed, parseVersionRange(range));
};

describe("a range takes in what Helm takes in", () => {
  test.each([
    ["1.2.3", ["1.2.3"], ["1.2.4", "1.2.3-rc.1"]],
    ["1.2", ["1.2.0", "1.2.9"], ["1.3.0", "1.2.1-rc"]],
    ["1", ["1.0.0", "1.9.9"], ["2.0.0"]],
    ["", ["0.0.1", "9.0.0"], ["1.0.0-rc"]],
    ["*", ["0.0.1", "9.0.0"], ["1.0.0-rc"]],
    ["1.x", ["1.0.0", "1.9.0"], ["2.0.0"]],
    ["~1.2.3", ["1.2.3", "1.2.9"], ["1.3.0", "1.2.2"]],
    ["~1", ["1.0.0", "1.9.9"], ["2.0.0"]],
    ["^1.2.3", ["1.2.3", "1.9.0"], ["2.0.0", "1.2.2"]],
    ["^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0", "1.0.0"]],
    ["^0.0.3", ["0.0.3"], ["0.0.4"]],
    ["^0.0", ["0.0.1"], ["0.1.0"]],
    ["^0", ["0.9.0"], ["1.0.0"]],
    [">11", ["12.0.0"], ["11.1.0"]],
    [">11.1", ["11.2.0"], ["11.1.9"]],
    ["<=11", ["11.9.9"], ["12.0.0"]],
    ["<=11.2", ["11.2.9", "10.9.0"], ["11.3.0"]],
    [">=1.2, <3", ["1.2.0", "2.9.9"], ["3.0.0", "1.1.0"]],
    [">=1.2 <3", ["1.2.0", "2.9.9"], ["3.0.0"]],
    ["=>1.2 =<1.4.0", ["1.4.0"], ["1.4.1"]],
    ["1.2 - 2.3.4", ["1.2.0", "2.3.4"], ["2.3.5"]],
    ["^1 || ^3", ["1.1.0", "3.1.0"], ["2.0.0"]],
    ["!=1.2.3", ["1.2.4"], ["1.2.3"]],
    ["!=1.2", ["1.3.0"], ["1.2.7"]],
    [">=1.0.0-0", ["1.0.0-beta", "2.0.0-beta", "2.0.0"], ["0.9.0"]],
    [">=1.0.0-0 <2", ["1.5.0-beta", "2.0.0-beta"], ["2.0.0"]],
    ["v1.2.3", ["1.2.3", "v1.2.3"], []],
    ["~> 1.2", ["1.2.5"], ["1.3.0"]],
  ] as const)("%j", (range, inside, outside) => {
    expect(inside.filter((version) => !fits(version, range))).toEqual([]);
    expect(outside.filter((version) => fits(version, range))).toEqual([]);
  });
});

test.each(["latest", "1.2.3.4", ">", "1.2,,3", "1.2 || ", "^^1", ">=1.2 foo", "1.2,", "a".repeat(600)])(
  "what is no range is refused, and the message says how to write one: %j",
  (range) => {
    expect(() => parseVersionRange(range)).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringContaining("no range") }),
    );
  },
);

test("the very version that was asked for wins, also with build metadata that a comparison does not see", () => {
  const versions = ["1.0.0+b", "1.0.0+a"].map((version) => ({ version }));
  expect(findNewest(versions, "1.0.0+a")).toEqual({ version: "1.0.0+a" });
});

test("the newest wins wherever it stands, and what is no version is passed over", () => {
  const versions = ["1.9.0", "latest", "1.10.0", "2.0.0-rc.1", "1.2.0"].map((version) => ({ version }));
  expect(findNewest(versions, "")).toEqual({ version: "1.10.0" });
  expect(findNewest(versions, "^3")).toBeUndefined();
});

test("numbers that no double can hold are compared digit by digit", () => {
  const versions = ["0.1.9007199254740993", "0.1.9007199254740992"].map((version) => ({ version }));
  expect(findNewest(versions, "")).toEqual({ version: "0.1.9007199254740993" });
});

const identifier = fc.stringMatching(/^(0|[1-9]\d?|[a-z][a-z0-9-]?)$/);
const version = fc
  .tuple(fc.nat(12), fc.nat(3), fc.nat(3), fc.array(identifier, { maxLength: 3 }))
  .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre.length > 0 ? `-${pre.join(".")}` : ""}`);

test("of older, equal and newer, exactly one holds", () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      // Without a pre-release in the range, no pre-release is looked at.
      fc.pre(b.includes("-") || !a.includes("-"));
      expect([`<${b}`, `=${b}`, `>${b}`].filter((range) => fits(a, range))).toHaveLength(1);
    }),
  );
});

test("comparing the other way round turns the order round", () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [first, second] = [findVersion(a), findVersion(b)];
      if (first === undefined || second === undefined) throw new Error("no version");
      expect(Math.sign(compareVersions(first, second)) + Math.sign(compareVersions(second, first))).toBe(0);
    }),
  );
});
