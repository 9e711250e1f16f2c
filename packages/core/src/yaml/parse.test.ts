import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WindlassError } from "../error.ts";
import type { Json } from "../object/object.ts";
import { findSourceErrors } from "../object/source-error.ts";
import { formatYaml } from "./format.ts";
import { defaultYamlLimits } from "./limits.ts";
import { parseYaml, readDocuments } from "./parse.ts";
import { documentTable, keyTable, refusedTable, yamlTable } from "./kubectl-table.test-support.ts";

const parseOne = (text: string, file = "a.yaml"): Json | undefined => parseYaml(text, { file })[0]?.value;
const errorsOf = (text: string, file = "a.yaml", limits = defaultYamlLimits) => readDocuments(text, { file, limits }).errors;
/** As JSON.parse, which knows no integers beyond 2^53. */
const roundBigints = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, field: unknown) => (typeof field === "bigint" ? Number(field) : field)));
const places = (text: string) => errorsOf(text).map(({ document, line, message }) => `${document}:${line} ${message}`);

describe("scalars are read as kubectl reads them", () => {
  test.each(yamlTable.map((row) => [row.yaml, row.value] as const))("%s", (yaml, value) => {
    expect(parseOne(`value: ${yaml}`)).toEqual({ value });
  });
});

describe("keys become strings as kubectl makes them", () => {
  test.each(keyTable)("%s", (yaml, key) => {
    expect(Object.entries(parseOne(`${yaml}: x`) ?? {})).toEqual([[key, "x"]]);
  });
});

describe("documents", () => {
  test.each(documentTable.map((row) => [row.title, row] as const))("%s", (_title, { yaml, value }) => {
    expect(parseOne(yaml)).toEqual(value);
  });

  test("several stand in one file, the empty ones are left out, and each knows its line", () => {
    const text = "# a licence\n---\n\na: 1\n--- # again\n---\n# nothing\n---\n~\n---\nb: 2\n---\n";
    expect(parseYaml(text, { file: "a.yaml" }).map(({ value, document, line }) => ({ value, document, line }))).toEqual([
      { value: { a: 1 }, document: 1, line: 4 },
      { value: { b: 2 }, document: 2, line: 11 },
    ]);
  });

  test("a --- inside a text block ends the document only at the start of a line", () => {
    expect(parseOne("a: |\n  ---\n  b\n")).toEqual({ a: "---\nb\n" });
  });

  test("a value knows its line, through mappings and lists, and falls back to the nearest above it", () => {
    const [first, second] = parseYaml("x: 1\n---\nmetadata:\n  labels:\n    app: web\nitems:\n  - a: 1\n  - yes: 2\n", { file: "a.yaml" });
    expect(first?.lineOf(["x"])).toBe(1);
    expect(second?.lineOf([])).toBe(3);
    expect(second?.lineOf(["metadata", "labels", "app"])).toBe(5);
    expect(second?.lineOf(["items", 1, "true"])).toBe(8);
    expect(second?.lineOf(["metadata", "labels", "gone", "deeper"])).toBe(4);
    expect(second?.lineOf(["items", 7])).toBe(6);
  });

  test("a byte order mark is no part of the first key", () => {
    expect(parseOne("\uFEFFa: 1")).toEqual({ a: 1 });
    expect(parseOne('\uFEFF{"a": 1}', "a.json")).toEqual({ a: 1 });
  });

  test("a key called __proto__ is a field and changes nobody's prototype", () => {
    const value = parseOne("a: &a {__proto__: {z: 1}}\n<<: *a");
    expect(Object.keys(value ?? {})).toEqual(["a", "__proto__"]);
    expect(value).not.toHaveProperty("z");
    expect({}).not.toHaveProperty("z");
  });
});

describe("refusals", () => {
  test.each(refusedTable)("%s", (_title, yaml) => {
    expect(errorsOf(yaml)).toHaveLength(1);
  });

  test("each names file, document and line and what to do", () => {
    const text = "a: 1\n---\nb:\n  c: 1\n  c: 2\n";
    const error = (() => {
      try {
        return parseYaml(text, { file: "web/api.yaml" });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(WindlassError);
    expect(error).toMatchObject({
      code: "invalid",
      message: 'web/api.yaml:5 (document 2): the key "c" stands twice in one mapping, first on line 4',
      remedy: "remove one of the two",
    });
    expect(findSourceErrors(error)).toEqual([
      {
        file: "web/api.yaml",
        document: 2,
        line: 5,
        message: 'the key "c" stands twice in one mapping, first on line 4',
        remedy: "remove one of the two",
      },
    ]);
  });

  test("one broken document hides no other", () => {
    expect(places("a: [\n---\nb: 1\n---\nc: *x\n---\n d: 1\n e: {f: 1, f: 2}\n")).toEqual([
      expect.stringMatching(/^1:2 not valid YAML: /),
      "3:5 nothing before the alias *x is called &x",
      '4:8 the key "f" stands twice in one mapping, first on line 8',
    ]);
  });

  test.each([
    ["yes: 1\ntrue: 2", "true"],
    ["1: a\n0x1: b", "1"],
    ['{"a": 1, "a": 1}', "a"],
    ["<<: {a: 1}\n<<: {b: 1}", "<<"],
  ])("a key that stands twice: %j", (yaml, key) => {
    expect(errorsOf(yaml)[0]?.message).toContain(`the key "${key}" stands twice`);
  });

  test("a key written before the << that brings it too, since kubectl and YAML disagree", () => {
    expect(errorsOf("b: &b {x: 1}\nm: {x: 2, <<: *b}")[0]?.message).toContain('the key "x" is written before the <<');
  });

  test("what follows the end of a document, which kubectl would drop without a word", () => {
    expect(errorsOf("a: 1\n...\nb: 2\n")).toMatchObject([{ line: 3, remedy: "begin the next document with ---" }]);
  });

  test("!!binary, which kubectl would corrupt", () => {
    expect(errorsOf("a: !!binary aGk=")[0]?.message).toContain("!!binary");
  });
});

describe("JSON files", () => {
  test("are held to JSON's grammar", () => {
    expect(errorsOf("a: 1", "a.json")[0]).toMatchObject({ line: 1, document: 1 });
    expect(errorsOf("a: 1", "a.json")[0]?.message).toContain("not valid JSON");
    expect(errorsOf('{\n"a": 1,\n}', "a.json")[0]).toMatchObject({ line: 3 });
  });

  test("may not hold a key twice", () => {
    expect(errorsOf('{"a": 1,\n "a": 2}', "a.json")).toMatchObject([{ line: 2, remedy: "remove one of the two" }]);
  });

  test("may be indented by tabs, and keep integers beyond 2^53", () => {
    expect(parseOne('{\n\t"a": [\n\t\t9007199254740993\n\t]\n}', "a.json")).toEqual({ a: [9_007_199_254_740_993n] });
  });

  test("are read as JSON.parse reads them", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), fc.integer({ min: 0, max: 2 }), (value, indent) => {
        fc.pre(value !== null);
        const text = JSON.stringify(value, null, indent);
        expect(roundBigints(parseOne(text, "a.json"))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe("limits", () => {
  const bomb = [
    "a: &a [x, x, x, x, x, x, x, x, x, x]",
    ..."bcdefghi".split("").map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]}, `.repeat(10)}]`),
  ].join("\n");

  test("a YAML bomb of 400 bytes is refused at once, at the line where it grows too large", () => {
    const started = performance.now();
    const [error] = errorsOf(bomb);
    expect(error).toMatchObject({ document: 1, line: 7 });
    expect(error?.message).toContain("2000000 values once its aliases are written out");
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("a bomb of merge keys and one of long texts are refused as well", () => {
    const merges = `a: &a {${Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(", ")}}\n${"- ".repeat(0)}l:\n${"  - {<<: [*a, *a, *a]}\n".repeat(300)}`;
    expect(errorsOf(merges, "a.yaml", { ...defaultYamlLimits, nodesMax: 100_000 })[0]?.message).toContain("aliases are written out");
    const texts = `a: &a ${"x".repeat(640_000)}\nl: [${"*a, ".repeat(500)}]`;
    expect(errorsOf(texts)[0]?.message).toContain("aliases are written out");
  });

  test("documents of one file share the budget of values", () => {
    const limits = { ...defaultYamlLimits, nodesMax: 7 };
    expect(errorsOf("a: [1, 2]\n---\na: [1, 2]\n", "a.yaml", limits)).toMatchObject([{ document: 2 }]);
  });

  test("nesting is bounded, through aliases too", () => {
    expect(errorsOf(`a: ${"[".repeat(99)}${"]".repeat(99)}`)).toEqual([]);
    expect(errorsOf(`a: ${"[".repeat(100)}${"]".repeat(100)}`)[0]?.message).toContain("nest deeper than 100");
    expect(errorsOf("[".repeat(200_000))[0]?.message).toMatch(/deep/);
    const chain = ["a0: &a0 [1]", ...Array.from({ length: 100 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`)].join("\n");
    expect(errorsOf(chain)).toMatchObject([{ line: 100, message: "mappings and lists nest deeper than 100" }]);
  });

  test("aliases, documents and characters are bounded", () => {
    expect(errorsOf(`a: &a 1\nl: [${"*a, ".repeat(1001)}]`)[0]?.message).toContain("more than 1000 aliases");
    const limits = { ...defaultYamlLimits, documentsMax: 2, charactersMax: 40 };
    expect(errorsOf("a: 1\n---\nb: 1\n---\nc: 1\n", "a.yaml", limits)).toMatchObject([{ document: 3, line: 5 }]);
    expect(errorsOf("a".repeat(41), "a.yaml", limits)[0]?.message).toContain("longer than 40 characters");
  });
});

describe("formatYaml", () => {
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(null, true, false),
      fc.integer(),
      // A whole double beyond 2^53 has an integer's text, and comes back as a bigint of the same value.
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number)),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom(...Array.from(" \t\n\r-:#'\"{}[],&*!|>%@`?ay01_.+~<=")) }),
      fc.constantFrom(...yamlTable.map(({ yaml }) => yaml)),
      fc.array(tie("json")),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("y", "1", "1.0", "<<", "~", "null")), tie("json")),
    ),
  })).json;

  test("is undone by parseYaml", () => {
    fc.assert(
      fc.property(value, (json) => {
        fc.pre(json !== null);
        expect(parseYaml(formatYaml(json), { file: "a.yaml" }).map((document) => document.value)).toEqual([json]);
      }),
      { numRuns: 2000 },
    );
  });

  test("writes the same text whatever the order of the keys", () => {
    expect(formatYaml({ b: 1, a: { d: [1], c: "yes" } })).toBe("a:\n  c: 'yes'\n  d:\n    - 1\nb: 1\n");
    expect(formatYaml({ a: { c: "yes", d: [1] }, b: 1 })).toBe(formatYaml({ b: 1, a: { d: [1], c: "yes" } }));
  });
});
