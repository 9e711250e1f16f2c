// A checker that finds nothing looks just like a checker that does not run. So each one gets a fault that it has to find.
import { expect, test } from "vitest";
import { createWorkspace } from "./workspace.ts";

interface Fault {
  readonly title: string;
  /** Where the fault is planted, relative to the workspace. */
  readonly file: string;
  readonly text: string;
  /** What the checker has to say; it has to name the file, too. */
  readonly says: string | RegExp;
}

const compilerFaults: readonly Fault[] = [
  {
    title: "core cannot import a Node module",
    file: "packages/core/src/fault.ts",
    text: 'export { readFile } from "node:fs/promises";\n',
    says: "node:fs/promises",
  },
  {
    title: "core cannot reach a global of Node or of the browser",
    file: "packages/core/src/fault.ts",
    text: "export const fault = (): unknown => [process, setTimeout, fetch, document];\n",
    says: /'process'[^]*'setTimeout'[^]*'fetch'[^]*'document'/,
  },
  {
    title: "core cannot import the engine by its path",
    file: "packages/core/src/fault.ts",
    text: 'export { engine } from "../../engine/src/index.ts";\n',
    says: "is not under 'rootDir'",
  },
  {
    title: "the engine cannot import the CLI by its path",
    file: "packages/engine/src/fault.ts",
    text: 'export * from "../../cli/src/main.ts";\n',
    says: "is not under 'rootDir'",
  },
  {
    title: "a package cannot import a file inside another one",
    file: "packages/engine/src/fault.ts",
    text: 'export { core } from "@windlass/core/src/index.ts";\n',
    says: "@windlass/core/src/index.ts",
  },
  {
    title: "syntax that Node cannot strip is refused",
    file: "packages/engine/src/fault.ts",
    text: "export enum Fault {\n  A,\n}\n",
    says: "erasableSyntaxOnly",
  },
  {
    title: "an element that may be missing is not taken for granted",
    file: "packages/core/src/fault.ts",
    text: "export const first = (names: readonly string[]): string => names[0];\n",
    says: "undefined",
  },
];

const importFault = (from: string, to: string, says: string): Fault => ({
  title: `${from} must not import ${to}`,
  file: `packages/${from}/src/fault.ts`,
  text: `export * from "@windlass/${to}";\n`,
  says,
});

const linterFaults: readonly Fault[] = [
  importFault("core", "engine", "core imports no other package"),
  importFault("engine", "cli", "engine imports core and no app"),
  importFault("engine", "testbed", "engine imports core and no app"),
  importFault("cli", "hub", "An app imports no other app"),
  importFault("hub", "agent", "An app imports no other app"),
  importFault("agent", "cli", "An app imports no other app"),
  {
    title: "core must not import a Node module",
    file: "packages/core/src/fault.ts",
    text: 'export * from "node:path";\n',
    says: "core is pure",
  },
  {
    title: "core must not read the clock",
    file: "packages/core/src/fault.ts",
    text: "export const fault = (): number => Date.now();\n",
    says: "The time is an argument in core",
  },
  {
    title: "only main.ts and config.ts read the environment",
    file: "packages/engine/src/fault.ts",
    text: "export const fault = process.env;\n",
    says: "no-process-env",
  },
  {
    title: "a promise that nobody waits for is found",
    file: "packages/engine/src/fault.ts",
    text: "const later = async (): Promise<number> => Promise.resolve(1);\n\nexport const fault = (): void => {\n  later();\n};\n",
    says: "no-floating-promises",
  },
  {
    title: "an any that is written is found",
    file: "packages/core/src/fault.ts",
    text: "export const fault = (value: any): boolean => value === 1;\n",
    says: "no-explicit-any",
  },
  {
    title: "an any that comes out of a library is found",
    file: "packages/core/src/fault.ts",
    text: 'const parsed = JSON.parse("{}");\n\nexport const fault = (): string => parsed.name;\n',
    says: "no-unsafe-assignment",
  },
  {
    title: "a switch that forgets a member of a union is found",
    file: "packages/core/src/fault.ts",
    text: 'export const fault = (word: "a" | "b"): void => {\n  switch (word) {\n    case "a":\n      return;\n  }\n};\n',
    says: "switch-exhaustiveness-check",
  },
  {
    title: "modules that import each other are found",
    file: "packages/core/src/fault.ts",
    text: 'import { fault } from "./other.ts";\n\nexport const other = (): number => fault() + 1;\n',
    says: "no-cycle",
  },
  {
    title: "a default export is found",
    file: "packages/core/src/fault.ts",
    text: "export default 1;\n",
    says: "no-default-export",
  },
  {
    title: "a test without an assertion is found",
    file: "packages/core/src/fault.test.ts",
    text: 'import { test } from "vitest";\n\ntest("nothing", () => {});\n',
    says: "expect-expect",
  },
];

/** The other half of the cycle. */
const other = { "packages/core/src/other.ts": 'import { other } from "./fault.ts";\n\nexport const fault = (): number => other() + 1;\n' };

test("a workspace without a fault passes every checker", async () => {
  await using workspace = await createWorkspace();
  await workspace.write({
    "packages/cli/src/config.ts": "export const home = process.env;\n",
    "packages/cli/src/index.ts": 'export { home } from "./config.ts";\n',
  });
  const checkers = [
    ["tsc", "-b", "packages/cli", "testbed"],
    ["oxlint", "--type-aware", "--deny-warnings"],
    ["oxfmt", "--check"],
    ["knip", "--no-progress", "--no-config-hints"],
  ] as const;
  for (const [command, ...args] of checkers) {
    const { status, output } = await workspace.run(command, ...args);
    expect(status, `${command}: ${output}`).toBe(0);
  }
});

test.each(compilerFaults)("the compiler: $title", async ({ file, text, says }) => {
  await using workspace = await createWorkspace();
  await workspace.write({ [file]: text });
  const { status, output } = await workspace.run("tsc", "-b", "packages/cli");
  expect(output).toContain(file);
  expect(output).toMatch(says);
  expect(status).not.toBe(0);
});

test.each(linterFaults)("the linter: $title", async ({ file, text, says }) => {
  await using workspace = await createWorkspace();
  await workspace.write({ [file]: text, ...(says === "no-cycle" ? other : {}) });
  const { status, output } = await workspace.run("oxlint", "--type-aware", "--deny-warnings");
  expect(output).toContain(file);
  expect(output).toMatch(says);
  expect(status).not.toBe(0);
});

test("the formatter: a file that is not formatted is found", async () => {
  await using workspace = await createWorkspace();
  await workspace.write({ "packages/core/src/fault.ts": "export const fault = {a:1}\n" });
  const { status, output } = await workspace.run("oxfmt", "--check");
  expect(output).toContain("packages/core/src/fault.ts");
  expect(status).not.toBe(0);
});

test("knip: an export, a file and a dependency that nobody uses are found", async () => {
  await using workspace = await createWorkspace();
  await workspace.write({
    "packages/core/src/index.ts": 'import { used } from "./fault.ts";\n\nexport const core = used;\n',
    "packages/core/src/fault.ts": "export const used = 1;\nexport const unusedExport = 2;\n",
    "packages/core/src/unused-file.ts": "export const lonely = 1;\n",
    "packages/core/package.json": JSON.stringify({
      name: "@windlass/core",
      private: true,
      exports: { ".": "./src/index.ts" },
      dependencies: { "js-yaml": "5.5.0" },
    }),
  });
  const { status, output } = await workspace.run("knip", "--no-progress");
  for (const name of ["unusedExport", "unused-file.ts", "js-yaml"]) expect(output).toContain(name);
  expect(status).not.toBe(0);
});
