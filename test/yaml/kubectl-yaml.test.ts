// Our reading of YAML against kubectl's own. `patch --local` reads a file, changes nothing and prints it as JSON: without a server, for any kind.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { type Json, formatJson, formatYaml, isJsonList, isJsonObject, parseJson, parseYaml, readDocuments } from "@windlass/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentTable, keyTable, refusedTable, yamlTable } from "../../packages/core/src/yaml/kubectl-table.test-support.ts";
import { ensureBinaries } from "../../testbed/src/binaries/ensure-binaries.ts";

const { kubectl } = await ensureBinaries();

/** What kubectl prints for a manifest. Errors: its own message. */
const runKubectl = async (manifest: string): Promise<string> => {
  const child = spawn(kubectl, ["patch", "--local", "-f", "-", "--type=json", "-p", "[]", "-o", "json"], { stdio: "pipe" });
  child.stdin.end(manifest);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("close", resolve)),
  ]);
  if (status !== 0) throw new Error(stderr);
  return stdout;
};

const header = "apiVersion: windlass.dev/v1\nkind: Row\nmetadata: {name: row}\n";

/** What kubectl reads in each of some YAML texts, put into objects of one manifest. */
const readWithKubectl = async (yamls: readonly string[]): Promise<readonly Json[]> => {
  const stdout = await runKubectl(yamls.map((yaml) => `${header}${yaml.replace(/\n?$/, "\n")}`).join("---\n"));
  return stdout
    .split(/(?<=^\})\n/m)
    .filter((json) => json !== "")
    .map((json) => withoutHeader(parseJson(json)));
};

const withoutHeader = (value: Json): Json => {
  if (!isJsonObject(value)) throw new Error("kubectl printed something else than objects");
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...fields } = value;
  return fields;
};

/** Numbers as Go holds them: a whole float is written without a fraction, and read back as an integer. */
const throughJson = (value: Json): Json => parseJson(formatJson(value));

const readOne = (yaml: string): Json => parseYaml(yaml, { file: "row.yaml" })[0]?.value ?? null;

describe("we read what kubectl reads", () => {
  test("in every row of the table of values", async () => {
    const read = await readWithKubectl(yamlTable.map(({ yaml }) => `value: ${yaml}`));
    expect(yamlTable.map(({ yaml }, index) => [yaml, read[index]])).toEqual(
      yamlTable.map(({ yaml, value, kubectl: other }) => [yaml, throughJson({ value: other ?? value })]),
    );
  });

  test("in every row of the table of keys", async () => {
    const read = await readWithKubectl(keyTable.map(([yaml]) => `${yaml}: x`));
    expect(keyTable.map(([yaml], index) => [yaml, Object.entries(read[index] ?? {})])).toEqual(
      keyTable.map(([yaml, key]) => [yaml, [[key, "x"]]]),
    );
  });

  test("in every document of the table", async () => {
    // JSON in braces can take no header before it.
    const rows = documentTable.filter(({ yaml }) => !yaml.startsWith("{"));
    expect(await readWithKubectl(rows.map(({ yaml }) => yaml))).toEqual(rows.map(({ value }) => throughJson(value)));
  });

  test("in scalars that nobody thought of", async () => {
    const madeOf = (letters: string) => fc.string({ unit: fc.constantFrom(...Array.from(letters)), minLength: 1, maxLength: 6 });
    const scalar = fc.oneof(madeOf("01._e+-"), madeOf("0178_xXobB-"), madeOf("0189+-._:eExXobBOyYnNtTfFsalu~"));
    const scalars = fc.sample(scalar, 20_000).filter((yaml) => {
      const { documents } = readDocuments(`value: ${yaml}`, { file: "row.yaml" });
      return documents.length === 1 && typeof (isJsonObject(documents[0]?.value) ? documents[0].value["value"] : {}) !== "object";
    });
    const manifest = `values:\n${scalars.map((yaml) => `  - ${yaml}`).join("\n")}`;
    const [read] = await readWithKubectl([manifest]);
    const values = isJsonObject(read) && isJsonList(read["values"]) ? read["values"] : [];
    const ours = scalars.map((yaml) => readOne(`value: ${yaml}`)).map(throughJson);
    expect(scalars.map((yaml, index) => ({ yaml, read: { value: values[index] } }))).toEqual(
      scalars.map((yaml, index) => ({ yaml, read: ours[index] })),
    );
  });
});

test("kubectl reads what formatYaml writes", async () => {
  const letters = fc.constantFrom(...Array.from(" \t\n-:#'\"{}[],&*!|>%@`?ay01_.+~<=é😀"));
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>(null, true, "", "yes", "0b-1", ".5_0", "08", "<<", "~"),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.string({ unit: letters, maxLength: 12 }),
      fc.array(tie("json"), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: letters, maxLength: 5 }), tie("json"), { maxKeys: 4 }),
    ),
  })).json;
  const values = fc.sample(value, 2000).map(throughJson);
  expect(await readWithKubectl(values.map((json) => formatYaml({ value: json })))).toEqual(values.map((json) => ({ value: json })));
});

describe("we refuse what kubectl refuses", () => {
  test.each(refusedTable)("%s", async (_title, yaml) => {
    await expect(runKubectl(`${header}${yaml}\n`)).rejects.toThrow(/^error: /);
  });
});
