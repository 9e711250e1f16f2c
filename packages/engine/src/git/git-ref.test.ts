import { describe, expect, test } from "vitest";
import { parseGitRef, parseRefList, resolveInList } from "./git-ref.ts";

const hashOf = (digit: string): string => digit.repeat(40);
const list = parseRefList(
  [
    "ref: refs/heads/main\tHEAD",
    `${hashOf("a")}\tHEAD`,
    `${hashOf("a")}\trefs/heads/main`,
    `${hashOf("b")}\trefs/heads/v1.0.0`,
    `${hashOf("c")}\trefs/tags/v1.0.0`,
    `${hashOf("d")}\trefs/tags/v1.0.0^{}`,
    `${hashOf("1")}\trefs/tags/v1.10.0`,
    `${hashOf("2")}\trefs/tags/v1.9.0`,
    `${hashOf("3")}\trefs/tags/v2.0.0-rc.1`,
    `${hashOf("4")}\trefs/tags/api/v3.0.0`,
    `${hashOf("5")}\trefs/tags/not-a-version`,
    `${hashOf("6")}\trefs/pull/7/head`,
    "warning: something else",
  ].join("\n"),
);
const resolve = (text: string, prefix?: string) => {
  const ref = parseGitRef(text);
  if (ref.kind === "commit") return expect.fail("a commit needs no list");
  return resolveInList(ref.kind === "semver" && prefix !== undefined ? { ...ref, prefix } : ref, list, "https://host/repo");
};

describe("a ref", () => {
  test.each([
    ["", "main", hashOf("a")],
    ["HEAD", "main", hashOf("a")],
    ["main", "main", hashOf("a")],
    ["refs/heads/main", "main", hashOf("a")],
    ["refs/pull/7/head", "refs/pull/7/head", hashOf("6")],
    ["v1.10.0", "v1.10.0", hashOf("1")],
    ["semver:1.x", "v1.10.0", hashOf("1")],
    ["semver:<1.10", "v1.9.0", hashOf("2")],
    ["semver:>=2.0.0-0", "v2.0.0-rc.1", hashOf("3")],
  ])("%j leads to %s", (text, name, commit) => {
    expect(resolve(text)).toMatchObject({ name, commit, format: "sha1" });
  });

  test("that is a branch and a tag is the branch, unless it says which", () => {
    expect(resolve("v1.0.0")).toEqual({ name: "v1.0.0", ref: "refs/heads/v1.0.0", commit: hashOf("b"), format: "sha1" });
    expect(resolve("refs/tags/v1.0.0")).toEqual({
      name: "v1.0.0",
      ref: "refs/tags/v1.0.0",
      commit: hashOf("d"),
      tag: hashOf("c"),
      format: "sha1",
    });
  });

  test("with a prefix takes only tags behind it for versions", () => {
    expect(resolve("semver:*", "api/v")).toMatchObject({ name: "api/v3.0.0" });
  });

  test("that is all digits of a commit is one, in both formats, and a short one is told so", () => {
    expect(parseGitRef(hashOf("e"))).toEqual({ kind: "commit", commit: hashOf("e") });
    expect(parseGitRef("e".repeat(64))).toEqual({ kind: "commit", commit: "e".repeat(64) });
    expect(() => resolve("abc1234")).toThrow(
      expect.objectContaining({ code: "not_found", remedy: expect.stringContaining("all its digits") }),
    );
  });

  test.each([
    ["gone", "the repository has the branches main, v1.0.0"],
    ["semver:>=9", "the repository has the tags not-a-version, api/v3.0.0"],
    ["refs/tags/gone", "the repository has the tags"],
  ])("%s that does not exist is told with what there is instead", (text, there) => {
    expect(() => resolve(text)).toThrow(expect.objectContaining({ code: "not_found", remedy: expect.stringContaining(there) }));
  });

  test("of an empty repository, and a range that is none, are told", () => {
    expect(() => resolveInList({ kind: "default" }, { refs: new Map() }, "u")).toThrow(/is empty/);
    expect(() => parseGitRef("semver:what")).toThrow(/not a range/);
  });
});
