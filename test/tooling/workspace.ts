// A copy of the workspace that is small enough to break: the real configuration of every checker, around packages of one line each.
import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const checkout = join(import.meta.dirname, "../..");

const configuration = [
  ".oxlintrc.json",
  ".oxfmtrc.json",
  "knip.json",
  "tsconfig.base.json",
  "tsconfig.json",
  "tsconfig.tests.json",
  "packages/core/tsconfig.json",
  "packages/engine/tsconfig.json",
  "packages/cli/tsconfig.json",
  "testbed/tsconfig.json",
] as const;

/** One line per package, each importing what stands to its left: `core ← engine ← cli`. */
const sources: Readonly<Record<string, string>> = {
  "packages/core/src/index.ts": "export const core = 1;\n",
  "packages/engine/src/index.ts": 'import { core } from "@windlass/core";\n\nexport const engine = core + 1;\n',
  "packages/cli/src/main.ts":
    'import { engine } from "@windlass/engine";\nimport { testbed } from "@windlass/testbed";\n\nprocess.stdout.write(String(engine + testbed));\n',
  "testbed/src/index.ts": 'import { core } from "@windlass/core";\n\nexport const testbed = core + 2;\n',
  ".gitignore": "node_modules/\n.tsbuild/\n",
};

const packages: Readonly<Record<string, readonly string[]>> = {
  "packages/core": [],
  "packages/engine": ["core"],
  "packages/cli": ["engine", "testbed"],
  testbed: ["core"],
};

const formatDocument = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const packageJson = (name: string, dependencies: readonly string[]): string =>
  formatDocument({
    name: `@windlass/${name}`,
    version: "0.1.0",
    private: true,
    type: "module",
    exports: { ".": "./src/index.ts" },
    dependencies: Object.fromEntries(dependencies.map((dependency) => [`@windlass/${dependency}`, "0.1.0"])),
  });

/** The checkout's node_modules by links, but for our own packages, which are the copy's. */
const linkModules = async (root: string): Promise<void> => {
  const modules = join(root, "node_modules");
  await mkdir(join(modules, "@windlass"), { recursive: true });
  const names = (await readdir(join(checkout, "node_modules"))).filter((name) => name !== "@windlass" && name !== ".package-lock.json");
  await Promise.all(names.map((name) => symlink(join(checkout, "node_modules", name), join(modules, name))));
  for (const path of Object.keys(packages)) await symlink(join(root, path), join(modules, "@windlass", path.replace("packages/", "")));
};

/** A place to break things in, removed at the end of the block that holds it. */
export interface Workspace extends AsyncDisposable {
  /** Writes files; paths are relative to the workspace. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a checker of `node_modules/.bin` and gives back its exit status and all that it printed. */
  run(command: string, ...args: readonly string[]): Promise<{ readonly status: number | null; readonly output: string }>;
}

const runIn = (root: string, command: string, args: readonly string[]): Promise<{ status: number | null; output: string }> => {
  const child = spawn(join(checkout, "node_modules/.bin", command), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | null; output: string }>();
  child.on("error", reject);
  child.on("close", (status) => {
    resolve({ status, output: Buffer.concat(chunks).toString() });
  });
  return promise;
};

/** Makes a workspace without a fault in a temporary directory. */
export const createWorkspace = async (): Promise<Workspace> => {
  const root = await mkdtemp(join(tmpdir(), "windlass-borders-"));
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  };
  await write(sources);
  for (const [path, dependencies] of Object.entries(packages))
    await write({ [`${path}/package.json`]: packageJson(path.replace("packages/", ""), dependencies) });
  for (const path of configuration) await copyFile(join(checkout, path), join(root, path));
  const { workspaces } = JSON.parse(await readFile(join(checkout, "package.json"), "utf8")) as { workspaces: unknown };
  await write({ "package.json": formatDocument({ name: "windlass", private: true, workspaces, type: "module" }) });
  await linkModules(root);
  return { write, run: (command, ...args) => runIn(root, command, args), [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
};
