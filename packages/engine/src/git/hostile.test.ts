// Repositories that nobody but an attacker would write: Git itself has to be made to keep them.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { startGitServer, type GitServer } from "@windlass/testbed";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolder, openFresh } from "./git.test-support.ts";

const folder = await createFolder();
let server: GitServer;
let url = "";
let bare = "";
beforeAll(async () => {
  server = await startGitServer(folder.path);
  url = await server.createRepository("hostile");
  bare = join(folder.path, "served/hostile.git");
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

const write = (type: "blob" | "tree", content: Buffer): string =>
  execFileSync("git", ["-C", bare, "hash-object", "-w", "--literally", "-t", type, "--stdin"], { input: content, encoding: "utf8" }).trim();

const tree = (...entries: readonly (readonly [mode: string, name: string, hash: string])[]): string =>
  write("tree", Buffer.concat(entries.flatMap(([mode, name, hash]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(hash, "hex")])));

/** A commit of the tree, on a branch of its own, so that it is served. */
const commit = (root: string): string => {
  const env = { ...process.env, GIT_AUTHOR_NAME: "E", GIT_AUTHOR_EMAIL: "e", GIT_COMMITTER_NAME: "E", GIT_COMMITTER_EMAIL: "e" };
  const hash = execFileSync("git", ["-C", bare, "commit-tree", root, "-m", "x"], { encoding: "utf8", env }).trim();
  execFileSync("git", ["-C", bare, "update-ref", `refs/heads/b-${hash.slice(0, 12)}`, hash]);
  return hash;
};

describe("a hostile repository", () => {
  const refusalOf = async (root: string): Promise<unknown> => {
    const repository = openFresh(folder.path, { url });
    const hash = commit(root);
    const reading = repository.readTree(hash, "").catch((error: unknown) => error);
    const packing = repository.readClosure(hash, "").catch((error: unknown) => error);
    const [read, packed] = await Promise.all([reading, packing]);
    repository.close();
    expect(packed).toMatchObject({ code: (read as { code?: string }).code });
    return read;
  };

  test.each(["..", ".git", ".GIT", "git~1", "a\nb", "x".repeat(300)])("cannot have a file called %j", async (name) => {
    const entry = tree(["100644", name, write("blob", Buffer.from("x"))]);
    expect(await refusalOf(entry)).toMatchObject({ code: "invalid", message: expect.stringContaining("its name") });
  });

  test("cannot lead out by a folder called `..`, and a path through one is not found", async () => {
    const inner = tree(["100644", "a.yaml", write("blob", Buffer.from("x"))]);
    const hash = commit(tree(["40000", "..", inner], ["40000", "ok", inner]));
    const repository = openFresh(folder.path, { url });
    await expect(repository.readTree(hash, "../a")).rejects.toMatchObject({ code: "invalid" });
    expect((await repository.readTree(hash, "ok")).files).toHaveLength(1);
    repository.close();
  });

  test("of a tree that names itself a billion times is refused soon, by the count", async () => {
    let level = tree(["100644", "f", write("blob", Buffer.from("x"))]);
    for (let depth = 0; depth < 8; depth++)
      level = tree(...Array.from({ length: 20 }, (_, index) => ["40000", `d${String(index).padStart(2, "0")}`, level] as const));
    expect(await refusalOf(level)).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("more than 100000 files and folders"),
    });
  });

  test("of folders without end is refused by the depth", async () => {
    let level = tree(["100644", "f", write("blob", Buffer.from("x"))]);
    for (let depth = 0; depth < 100; depth++) level = tree(["40000", "d", level]);
    expect(await refusalOf(level)).toMatchObject({ code: "invalid", message: expect.stringContaining("deeper than 64") });
  });

  test("with one file of more bytes than memory should hold is refused before it is read", async () => {
    // A few kilobytes in the pack.
    const zeros = write("blob", Buffer.concat([randomBytes(8), Buffer.alloc(40 * 1024 ** 2)]));
    expect(await refusalOf(tree(["100644", "zeros", zeros]))).toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/more than the limit of 33554432/),
    });
  });

  test("whose names readers would not agree on is refused", async () => {
    const blob = write("blob", Buffer.from("x"));
    expect(await refusalOf(tree(["100644", "b", blob], ["100644", "a", blob]))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("out of order"),
    });
  });

  test("whose link is longer than a path is refused", async () => {
    const link = write("blob", Buffer.from("x/".repeat(3000)));
    expect(await refusalOf(tree(["120000", "l", link]))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("does not hold a path"),
    });
  });
});
