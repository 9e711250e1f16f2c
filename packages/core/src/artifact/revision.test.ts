import { describe, expect, test } from "vitest";
import { formatRevision, parseRevision } from "./revision.ts";

describe("a revision", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  test.each([`main@sha1:${commit}`, `a@b/c@sha1:${commit}`, `sha1:${commit}`, `v1@sha256:${commit}${commit.slice(16)}`])(
    "%s is read and written the same",
    (text) => {
      expect(formatRevision(parseRevision(text))).toBe(text);
    },
  );

  test.each(["", "main", `main@sha1:${commit}0`, `main@md5:${commit}`, `main@sha256:${commit}`, `main@sha1:${commit.toUpperCase()}`])(
    "%j is none",
    (text) => {
      expect(() => parseRevision(text)).toThrow(/is not a revision/);
    },
  );
});
