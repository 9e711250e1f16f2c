import { join } from "node:path";
import { verifyArtifact } from "@windlass/core";
import { startGitServer, type GitServer } from "@windlass/testbed";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createArtifact } from "../artifact/create-artifact.ts";
import { createFolder, openFresh } from "./git.test-support.ts";
import { gitHash } from "./git-hash.ts";

const folder = await createFolder();
let server: GitServer;
let url = "";
let commit = "";
const hashes: Record<string, string> = {};

/** Commits a submodule without fetching it: what `git submodule add` writes. */
const addSubmodule = async (name: string, path: string, pinned: string, declared: string): Promise<string> => {
  await server.git(name, ["update-index", "--add", "--cacheinfo", `160000,${pinned},${path}`]);
  await server.git(name, ["config", "--file", ".gitmodules", `submodule.${path}.path`, path]);
  await server.git(name, ["config", "--file", ".gitmodules", `submodule.${path}.url`, declared]);
  await server.git(name, ["add", ".gitmodules"]);
  await server.git(name, ["commit", "--quiet", "--message", `add ${path}`]);
  await server.push(name, "main");
  return server.git(name, ["rev-parse", "HEAD"]);
};

beforeAll(async () => {
  server = await startGitServer(folder.path);
  for (const name of ["inner", "lib"]) {
    await server.createRepository(name);
    hashes[name] = await server.commit(name, { [`${name}.yaml`]: `kind: ${name}\n`, link: { link: `${name}.yaml` } }, name);
  }
  hashes["lib"] = await addSubmodule("lib", "deep/inner", hashes["inner"] ?? "", "../inner.git");
  // The pin is what counts, not the branch.
  await server.commit("inner", { "inner.yaml": "kind: moved\n" }, "later");
  url = await server.createRepository("app");
  await server.commit("app", { "apps/shop/a.yaml": "kind: A\n", "apps/plain/p.yaml": "kind: P\n" }, "first");
  commit = await addSubmodule("app", "apps/shop/vendor", hashes["lib"] ?? "", `${server.url}/lib.git`);
});
afterEach(() => {
  server.onRequest = () => undefined;
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

describe("a submodule", () => {
  test("is a folder with the files of the commit that it is pinned to, and so are those inside it", async () => {
    const repository = openFresh(folder.path, { url, followSubmodules: true });
    const { files } = await repository.readTree(commit, "apps/shop");
    const texts = await Promise.all(files.map(async (file) => [file.path, Buffer.from(await file.read()).toString()]));
    expect(Object.fromEntries(texts)).toEqual({
      "a.yaml": "kind: A\n",
      "vendor/deep/inner/inner.yaml": "kind: inner\n",
      "vendor/deep/inner/link": "kind: inner\n",
      "vendor/lib.yaml": "kind: lib\n",
      "vendor/link": "kind: lib\n",
      "vendor/.gitmodules": expect.stringContaining("deep/inner"),
    });
    repository.close();
  });

  test("is in the artifact with all that proves it", async () => {
    const repository = openFresh(folder.path, { url, followSubmodules: true });
    const { bytes } = await createArtifact(repository, { commit }, "apps/shop");
    const { files } = verifyArtifact(bytes, { root: commit, path: "apps/shop" }, gitHash);
    expect(files.map(({ path }) => path)).toContain("vendor/deep/inner/inner.yaml");
    repository.close();
  });

  test("is refused unless it is asked for, and harms no folder that has none", async () => {
    const repository = openFresh(folder.path, { url });
    await expect(repository.readTree(commit, "apps/shop")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("vendor is a Git submodule"),
    });
    await expect(repository.readClosure(commit, "apps/shop")).rejects.toMatchObject({ code: "invalid" });
    expect((await repository.readTree(commit, "apps/plain")).files).toHaveLength(1);
    repository.close();
  });

  test("on another host is refused, and that host is never asked", async () => {
    const other = await startGitServer(join(folder.path, "other"));
    const elsewhere = await other.createRepository("lib");
    const pinned = await other.commit("lib", { "lib.yaml": "kind: L\n" }, "lib");
    const name = await server.createRepository("crossing");
    await server.commit("crossing", { "a.yaml": "kind: A\n" }, "first");
    const tip = await addSubmodule("crossing", "vendor", pinned, elsewhere);
    const repository = openFresh(folder.path, { url: name, followSubmodules: true, credential: () => ({ kind: "token", token: "t" }) });
    await expect(repository.readTree(tip, "")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("is not on the host of the repository itself"),
    });
    expect(other.requests).toEqual([]);
    repository.close();
    await other.stop();
  });

  test("whose commit or repository is gone is told by its URL", async () => {
    const name = await server.createRepository("dangling");
    await server.commit("dangling", { "a.yaml": "kind: A\n" }, "first");
    const lost = await addSubmodule("dangling", "vendor", "0123456789".repeat(4), "../lib.git");
    const gone = await addSubmodule("dangling", "gone", hashes["lib"] ?? "", "../never.git");
    const repository = openFresh(folder.path, { url: name, followSubmodules: true });
    await expect(repository.readTree(lost, "")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining(`${server.url}/lib.git`),
    });
    await expect(repository.readTree(gone, "")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("/never.git"),
    });
    repository.close();
  });

  test("that .gitmodules says nothing about is refused", async () => {
    const name = await server.createRepository("undeclared");
    await server.commit("undeclared", { "a.yaml": "kind: A\n" }, "first");
    await server.git("undeclared", ["update-index", "--add", "--cacheinfo", `160000,${hashes["lib"]},vendor`]);
    await server.git("undeclared", ["commit", "--quiet", "--message", "bare link"]);
    await server.push("undeclared", "main");
    const repository = openFresh(folder.path, { url: name, followSubmodules: true });
    const { commit: tip } = await repository.fetchRevision("main");
    await expect(repository.readTree(tip, "")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining(".gitmodules does not say"),
    });
    repository.close();
  });
});
