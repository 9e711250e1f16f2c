import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type SourceError, WindlassError, findSourceErrors, keyOf } from "@windlass/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { detectSource } from "./detect-source.ts";
import { loadFiles } from "./load-files.ts";
import { type LoadFolderOptions, loadFolder } from "./load-folder.ts";
import { defaultSourceLimits } from "./types.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "windlass-source-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

const write = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
};

const failureOf = async (path: string, options?: LoadFolderOptions): Promise<WindlassError> => {
  const outcome = await loadFolder(path, options).catch((error: unknown) => error);
  if (outcome instanceof WindlassError) return outcome;
  throw new Error(`loading ${path} did not fail as expected: ${String(outcome)}`);
};
const errorsOf = async (path: string, options?: LoadFolderOptions): Promise<readonly SourceError[]> =>
  findSourceErrors(await failureOf(path, options)) ?? [];
const keysOf = async (path: string, options?: LoadFolderOptions) =>
  (await loadFolder(path, options)).objects.map(({ object }) => keyOf(object));

/** Root may read everything, so that a test of rights has to step down. */
const asNobody = async (check: () => Promise<void>): Promise<void> => {
  if (process.getuid?.() !== 0) return check();
  process.seteuid?.(65_534);
  try {
    return await check();
  } finally {
    process.seteuid?.(0);
  }
};

describe("a folder", () => {
  test("gives the objects of its YAML and JSON files, in the order of their paths, each with its place", async () => {
    await write({
      "b.yml": configMap("b"),
      "a/z.yaml": `${configMap("z1")}---\n${configMap("z2")}`,
      "c.json": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "c"}}',
      "README.md": "# not: {yaml",
      ".git/config.yaml": "not: [yaml",
      ".lint.yaml": "not: [yaml",
    });
    const { objects, files } = await loadFolder(root);
    expect(files).toEqual(["a/z.yaml", "b.yml", "c.json"]);
    expect(objects.map(({ object, origin }) => `${keyOf(object)} ${origin.file}:${origin.line}`)).toEqual([
      "/ConfigMap//z1 a/z.yaml:1",
      "/ConfigMap//z2 a/z.yaml:6",
      "/ConfigMap//b b.yml:1",
      "/Secret//c c.json:1",
    ]);
  });

  test("has a digest of its paths and contents, and of nothing else", async () => {
    await write({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    const { digest } = await loadFolder(root);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    await write({ "README.md": "more" });
    expect((await loadFolder(root)).digest).toBe(digest);
    await write({ "a.yaml": `${configMap("a")}# more\n` });
    const changed = (await loadFolder(root)).digest;
    await rm(join(root, "a.yaml"));
    await write({ "c.yaml": `${configMap("a")}# more\n` });
    expect(new Set([digest, changed, (await loadFolder(root)).digest]).size).toBe(3);
  });

  test("without manifests has no objects", async () => {
    expect((await loadFolder(root)).objects).toEqual([]);
  });

  test("tells the faults of all its files at once, what stands twice among them with both places", async () => {
    await write({
      "a.yaml": configMap("a"),
      "b.yaml": `${configMap("a")}---\nkind: X\nmetadata: {name: x}\n`,
      "c.yaml": "a: [\n",
      "d.yaml": Buffer.from("\uFEFFa: 1", "utf16le"),
    });
    const error = await failureOf(root);
    expect(error.code).toBe("invalid");
    expect(error.message.split("\n")).toEqual([
      "b.yaml:6 (document 2): apiVersion is missing",
      expect.stringMatching(/^c\.yaml:2 \(document 1\): not valid YAML: /),
      "d.yaml: the file is UTF-16, and manifests are read as UTF-8",
      "b.yaml:1 (document 1): ConfigMap a is defined twice, first in a.yaml:1 (document 1)",
    ]);
  });

  test("stops when it is told to", async () => {
    await write({ "a.yaml": configMap("a") });
    await expect(loadFolder(root, { signal: AbortSignal.abort(new Error("a newer revision is there")) })).rejects.toThrow(
      "a newer revision is there",
    );
  });
});

describe("one file", () => {
  test("is read whatever it is called", async () => {
    await write({ manifest: configMap("a") });
    expect(await keysOf(join(root, "manifest"))).toEqual(["/ConfigMap//a"]);
  });

  test("may be standard input", async () => {
    const stdin = (async function* () {
      yield Buffer.from(configMap("a").slice(0, 20));
      yield Buffer.from(configMap("a").slice(20));
    })();
    expect(await keysOf("-", { stdin })).toEqual(["/ConfigMap//a"]);
  });

  test("from standard input is bounded too", async () => {
    const stdin = (async function* () {
      for (;;) yield Buffer.alloc(1024 * 1024, "#");
    })();
    expect((await failureOf("-", { stdin })).message).toBe("stdin: the file is larger than 10.0 MiB");
  });
});

describe("what cannot be read is refused, saying what to do", () => {
  test("a path that is not there", async () => {
    const path = join(root, "nothing");
    expect(await failureOf(path)).toMatchObject({
      code: "not_found",
      message: `there is no file or folder ${path}`,
      remedy: "check the path; a relative one starts at the current folder",
    });
  });

  test("a file of 50 MB, within 100 ms and unread", async () => {
    await write({ "big.yaml": "" });
    await truncate(join(root, "big.yaml"), 50_000_000);
    const started = performance.now();
    expect((await failureOf(root)).message).toBe("big.yaml: the file is 47.7 MiB, larger than 10.0 MiB");
    expect(performance.now() - started).toBeLessThan(100);
  });

  test("a YAML bomb", async () => {
    const names = "abcdefghi".split("");
    const bomb = names
      .map((name, index) => `${name}: &${name} [${(index === 0 ? "x, " : `*${names[index - 1]}, `).repeat(10)}]\n`)
      .join("");
    await write({ "bomb.yaml": bomb });
    expect(await errorsOf(root)).toMatchObject([
      { file: "bomb.yaml", line: 7, message: "the file holds more than 2000000 values once its aliases are written out" },
    ]);
  });

  test.each([
    ["UTF-16", Buffer.from("\uFEFFa: 1", "utf16le"), "the file is UTF-16, and manifests are read as UTF-8"],
    ["UTF-16 without a mark", Buffer.from("a: 1", "utf16le"), "the file holds NUL bytes: it is binary, or UTF-16"],
    ["Latin-1", Buffer.from("a: é", "latin1"), "the file is not UTF-8"],
  ])("%s", async (_title, content, message) => {
    await write({ "a.yaml": content });
    expect(await errorsOf(root)).toEqual([
      { file: "a.yaml", document: 0, line: 0, message, remedy: "save the file as UTF-8, or leave it out of the folder" },
    ]);
  });

  test("a pipe, without waiting for somebody to write into it", async () => {
    execFileSync("mkfifo", [join(root, "a.yaml")]);
    expect(await errorsOf(root)).toMatchObject([{ file: "a.yaml", message: "this is a device, a pipe, a socket or a folder, not a file" }]);
    expect(await errorsOf(join(root, "a.yaml"))).toHaveLength(1);
  });

  test("a device", async () => {
    expect((await failureOf("/dev/zero")).message).toContain("this is a device");
  });

  test("a file without the right to read it", async () => {
    await write({ "a.yaml": configMap("a") });
    await chmod(root, 0o755);
    await chmod(join(root, "a.yaml"), 0);
    await asNobody(async () => {
      expect(await errorsOf(root)).toMatchObject([{ file: "a.yaml", message: "the file may not be read" }]);
      expect((await failureOf(join(root, "a.yaml"))).code).toBe("forbidden");
    });
  });

  test("more files, bytes or nested folders than the limits allow", async () => {
    await write({ "a.yaml": configMap("a"), "b.yaml": configMap("b"), "c/d/e.yaml": configMap("c") });
    const limited = async (limits: object) => (await failureOf(root, { limits: { ...defaultSourceLimits, ...limits } })).message;
    expect(await limited({ filesMax: 2 })).toContain("holds more than 2 files");
    expect(await limited({ totalBytesMax: 60 })).toContain("larger than 60 bytes");
    expect(await limited({ depthMax: 1 })).toContain("lies deeper than 1 folders");
  });
});

describe("links", () => {
  test("are followed inside the folder, to files and to folders, and never in a circle", async () => {
    await write({ "base/a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await symlink("base/..", join(root, "base", "loop"));
    await symlink("../b.yaml", join(root, "base", "b.txt"));
    expect(await keysOf(root)).toEqual(["/ConfigMap//b", "/ConfigMap//a"]);
    await rm(join(root, "b.yaml"));
    await symlink("base/a.yaml", join(root, "c.yaml"));
    expect((await errorsOf(root)).map(({ message }) => message)).toEqual([
      "ConfigMap a is defined twice, first in base/a.yaml:1 (document 1)",
    ]);
  });

  test("that lead out of the folder are refused, to files and to folders", async () => {
    await write({ "in/a.yaml": configMap("a"), "out/b.yaml": configMap("b") });
    await symlink("../out/b.yaml", join(root, "in", "b.yaml"));
    await symlink("/etc/passwd", join(root, "in", "c.yaml"));
    await symlink("../out", join(root, "in", "d.yaml"));
    expect((await errorsOf(join(root, "in"))).map(({ file, message }) => `${file}: ${message}`)).toEqual(
      ["b.yaml", "c.yaml", "d.yaml"].map((file) => `${file}: the link leads out of the folder`),
    );
  });

  test("that lead nowhere, or to themselves, are refused", async () => {
    await symlink("nothing.yaml", join(root, "a.yaml"));
    await symlink("b.yaml", join(root, "b.yaml"));
    expect((await errorsOf(root)).map(({ file, message }) => `${file}: ${message}`)).toEqual([
      "a.yaml: the link leads to nothing, or the file is gone",
      "b.yaml: the link leads to itself",
    ]);
  });

  test("may be what the path itself is", async () => {
    await write({ "in/a.yaml": configMap("a") });
    await symlink("in", join(root, "current"));
    expect(await keysOf(join(root, "current"))).toEqual(["/ConfigMap//a"]);
  });
});

describe("a folder for another tool", () => {
  test.each([
    [["a.yaml", "b/c.json"], { kind: "plain" }],
    [["a.yaml", "kustomization.yaml"], { kind: "kustomize", folder: "", file: "kustomization.yaml" }],
    [["x/y/Kustomization", "z/kustomization.yml"], { kind: "kustomize", folder: "z", file: "z/kustomization.yml" }],
    [["Chart.yaml", "charts/a/Chart.yaml"], { kind: "helm", folder: "", file: "Chart.yaml" }],
    [["Chart.yaml", "kustomization.yaml"], { kind: "kustomize", folder: "", file: "kustomization.yaml" }],
    [["a/kustomization.yaml", "Chart.yaml"], { kind: "helm", folder: "", file: "Chart.yaml" }],
  ])("is recognised by its files: %j", (paths, detected) => {
    expect(detectSource(paths.map((path) => ({ path })))).toEqual(detected);
  });

  test("is refused, saying what it is", async () => {
    await write({ "app/kustomization.yaml": "resources: [a.yaml]", "app/a.yaml": configMap("a") });
    expect(await failureOf(root)).toMatchObject({
      code: "invalid",
      message: "the folder app is meant for Kustomize (app/kustomization.yaml), and was to be read as plain files",
    });
  });

  test("is read on request as it stands, without what only the tool reads", async () => {
    await write({
      "Chart.yaml": "name: x",
      "kustomization.yaml": "resources: []",
      "component.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n",
      "a.yaml": configMap("a"),
    });
    expect(await keysOf(root, { asPlainFiles: true })).toEqual(["/ConfigMap//a"]);
  });

  test("is suspected where a kustomization has another name", async () => {
    await write({ "component.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" });
    expect(await errorsOf(root)).toMatchObject([
      { file: "component.yaml", line: 1, remedy: "call the file kustomization.yaml, or leave it out of the folder" },
    ]);
  });
});

test("files that are no folder load the same way, each read once and only where it is a manifest", async () => {
  const reads: string[] = [];
  const file = (path: string, text: string) => ({
    path,
    read: () => {
      reads.push(path);
      return Promise.resolve(Buffer.from(text));
    },
  });
  const { files } = await loadFiles([file("z.yaml", configMap("z")), file("README.md", ""), file("a/b.yaml", configMap("a"))]);
  expect(files).toEqual(["a/b.yaml", "z.yaml"]);
  expect(reads).toEqual(["a/b.yaml", "z.yaml"]);
});
