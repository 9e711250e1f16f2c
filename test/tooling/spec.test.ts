// SPEC.md is worth as much as the tests it names.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const checkout = join(import.meta.dirname, "../..");

interface Invariant {
  readonly id: string;
  readonly lines: readonly string[];
}

const invariants: readonly Invariant[] = readFileSync(join(checkout, "SPEC.md"), "utf8")
  .split(/\n\n+/)
  .filter((paragraph) => paragraph.startsWith("S-"))
  .map((paragraph) => ({
    id: paragraph.split(" ", 1)[0] ?? "",
    lines: paragraph.split("\n").filter((line) => line.startsWith("Enforced by:")),
  }));

/** Why a line does not hold; undefined when it names a test that exists. */
const findFault = (line: string): string | undefined => {
  const [, file, title] = /^Enforced by: (\S+\.test\.ts) "(.+)"$/.exec(line) ?? [];
  if (file === undefined || title === undefined) return 'wants the form: Enforced by: FILE "title"';
  if (!existsSync(join(checkout, file))) return `${file} does not exist`;
  return readFileSync(join(checkout, file), "utf8").includes(JSON.stringify(title)) ? undefined : `${file} has no test "${title}"`;
};

test("the numbers of the specification are unique and rise", () => {
  const numbers = invariants.map(({ id }) => Number(id.slice(2)));
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
});

test.each(invariants)("$id is held by tests that exist", ({ lines }) => {
  expect(lines).not.toEqual([]);
  expect(lines.map(findFault).filter((fault) => fault !== undefined)).toEqual([]);
});
