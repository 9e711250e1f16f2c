import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureToolbox, ensureToolboxReference, readTree, runReference } from "@windlass/testbed/toolbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { matching } from "./matchers.test-support.ts";
import { buildKustomize } from "./build-kustomize.ts";
import { createToolbox, type Toolbox } from "./toolbox.ts";

const testdata = fileURLToPath(new URL("../../../../toolbox/testdata/kustomize", import.meta.url));
const inputs = fileURLToPath(new URL("../../../../../shared/inputs", import.meta.url));
const buildTimeoutMs = 900_000;

let toolbox: Toolbox;
let reference: string;

beforeAll(async () => {
  reference = await ensureToolboxReference();
  toolbox = createToolbox({ directory: await ensureToolbox(), role: "render", size: 1 });
}, buildTimeoutMs);
afterAll(() => toolbox?.close());

const kustomizationsIn = (directory: string): readonly string[] =>
  Object.keys(readTree(directory))
    .filter((file) => /^kustomization\.ya?ml$/u.test(path.basename(file)))
    .map((file) => path.dirname(file));

const build = async (root: string, folder: string): Promise<string> => {
  const request = { files: readTree(root), path: folder };
  return buildKustomize(toolbox, request).then(
    ({ text }) => text,
    (error: unknown) => `refused: ${(error as { readonly code?: string }).code}`,
  );
};

const expected = (root: string, folder: string): string => {
  const run = runReference(reference, "kustomize", ["build", path.join(root, folder)]);
  return run.ok ? run.stdout : "refused: invalid";
};

describe("a kustomization builds to the same bytes as with kustomize build", () => {
  test.each(kustomizationsIn(testdata))("%s", async (folder) => {
    expect(await build(testdata, folder)).toBe(expected(testdata, folder));
  });
});

describe.skipIf(!existsSync(inputs))(
  "kustomizations that other people wrote build as with kustomize build (needs ../shared/inputs)",
  () => {
    test.each(existsSync(inputs) ? kustomizationsIn(inputs) : [])("%s", async (folder) => {
      expect(await build(inputs, folder)).toBe(expected(inputs, folder));
    });
  },
);

describe("one build leaves nothing behind for the next", () => {
  test("in one process, in any order, twice", async () => {
    const folders = kustomizationsIn(testdata);
    const alone = new Map(folders.map((folder) => [folder, expected(testdata, folder)]));
    for (const order of [folders, folders.toReversed(), [...folders, ...folders.toReversed()]]) {
      for (const folder of order) expect({ folder, text: await build(testdata, folder) }).toEqual({ folder, text: alone.get(folder) });
    }
  });

  test("when many are asked for at once", async () => {
    const folders = kustomizationsIn(testdata).flatMap((folder) => [folder, folder]);
    const texts = await Promise.all(folders.map((folder) => build(testdata, folder)));
    expect(texts).toEqual(folders.map((folder) => expected(testdata, folder)));
  });

  test("the case can tell: a schema of one's own changes what a patch does", () => {
    expect(expected(testdata, "openapi")).not.toBe(expected(testdata, "without-openapi"));
  });
});

describe("what a build reports", () => {
  test("deprecated fields are warnings that name the file", async () => {
    const { warnings } = await buildKustomize(toolbox, { files: readTree(testdata), path: "patches" });
    expect(warnings).toContainEqual(matching(/^patches\/kustomization\.yaml: 'patchesStrategicMerge' is deprecated/u));
  });

  test("a variable that nothing uses is a warning", async () => {
    const { warnings } = await buildKustomize(toolbox, { files: readTree(testdata), path: "replacements" });
    expect(warnings).toContainEqual("well-defined vars that were never replaced: SERVICE");
  });
});
