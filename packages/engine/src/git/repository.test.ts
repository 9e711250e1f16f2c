import { join } from "node:path";
import { startGitServer, type GitServer } from "@windlass/testbed";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { countObjects, createFolder, mirrorIn, openFresh, readText } from "./git.test-support.ts";

const folder = await createFolder();
let server: GitServer;
beforeAll(async () => {
  server = await startGitServer(folder.path);
});
afterEach(() => {
  server.onRequest = () => undefined;
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

/** A repository with so many applications of two files each. */
const createApps = async (name: string, count: number, options = {}): Promise<{ readonly url: string; readonly commit: string }> => {
  const url = await server.createRepository(name, options);
  const files = Array.from({ length: count }, (_, index) => [
    [`apps/app-${index}/deploy.yaml`, `kind: Deployment # ${index}\n`],
    [`apps/app-${index}/service.yaml`, `kind: Service # ${index}\n`],
  ]).flat() as [string, string][];
  return { url, commit: await server.commit(name, Object.fromEntries(files), "first") };
};

describe.each([
  ["that lets clients leave files out", { allowsFilter: true }],
  ["that sends everything", { allowsFilter: false }],
  ["of SHA-256 objects", { format: "sha256" as const }],
])("a repository %s", (kind, options) => {
  const name = kind.replaceAll(/\W+/g, "-");

  test("is followed by branch, tag, version and commit", async () => {
    const { url, commit: first } = await createApps(name, 3, options);
    await server.git(name, ["tag", "v1.0.0"]);
    await server.git(name, ["tag", "-a", "-m", "release", "v1.1.0"]);
    const second = await server.commit(name, { "apps/app-1/deploy.yaml": "kind: Job\n" }, "second");
    await server.push(name, "v1.0.0", "v1.1.0", "main:refs/heads/next");
    const repository = openFresh(folder.path, { url });
    const read = async (ref: string) => {
      const { revision, commit } = await repository.fetchRevision(ref);
      return [revision.replace(/:[0-9a-f]+$/, ""), commit, await readText(repository, commit, "apps/app-1", "deploy.yaml")];
    };
    const hash = kind.includes("256") ? "sha256" : "sha1";
    expect(await read("")).toEqual([`main@${hash}`, second, "kind: Job\n"]);
    expect(await read("next")).toEqual([`next@${hash}`, second, "kind: Job\n"]);
    expect(await read("v1.0.0")).toEqual([`v1.0.0@${hash}`, first, "kind: Deployment # 1\n"]);
    expect(await read("semver:^1")).toEqual([`v1.1.0@${hash}`, first, "kind: Deployment # 1\n"]);
    expect(await read(first)).toEqual([hash, first, "kind: Deployment # 1\n"]);
    const { tag = "" } = await repository.resolveRef({ kind: "tag", name: "v1.1.0" });
    expect(await repository.readRoot(tag)).toMatchObject({ type: "tag" });
    repository.close();
  });
});

test.each([true, false])(
  "a server of the oldest protocol is read at commits that no branch points to as well (filter: %s)",
  async (allowsFilter) => {
    const old = await startGitServer(join(folder.path, `old-${allowsFilter}`), { isOld: true });
    const url = await old.createRepository("app", { allowsFilter });
    const first = await old.commit("app", { "a.yaml": "kind: A\n" }, "first");
    await old.commit("app", { "a.yaml": "kind: B\n" }, "second");
    const repository = openFresh(folder.path, { url });
    const { commit } = await repository.fetchRevision("main");
    expect(await readText(repository, commit, "", "a.yaml")).toBe("kind: B\n");
    expect(await readText(repository, first, "", "a.yaml")).toBe("kind: A\n");
    repository.close();
    await old.stop();
  },
);

describe("what is fetched", () => {
  test("is one commit, its trees and the files of the folder that is read, and nothing twice", async () => {
    const { url } = await createApps("small", 200);
    await server.commit("small", { "apps/app-7/deploy.yaml": "kind: Job\n" }, "second");
    const cacheFolder = join(folder.path, "small-cache");
    const repository = openFresh(folder.path, { url, cacheFolder });
    const { commit } = await repository.fetchRevision("main");
    const mirror = await mirrorIn(cacheFolder);
    expect(await countObjects(mirror)).toEqual({ commit: 1, tree: 202 });
    await repository.readTreeHash(commit, "apps/app-3");
    expect(await countObjects(mirror)).toEqual({ commit: 1, tree: 202 });
    await repository.readTree(commit, "apps/app-3");
    expect(await countObjects(mirror)).toEqual({ commit: 1, tree: 202, blob: 2 });
    server.requests.length = 0;
    await repository.fetchRevision(commit);
    await readText(repository, commit, "apps/app-3", "deploy.yaml");
    expect(server.requests).toEqual([]);
    repository.close();
  });

  test("after a commit of one line is the commit and the trees on the way to the file", async () => {
    const { url } = await createApps("step", 200);
    const cacheFolder = join(folder.path, "step-cache");
    const repository = openFresh(folder.path, { url, cacheFolder });
    const before = await repository.fetchRevision("main");
    await repository.readTree(before.commit, "apps/app-7");
    await server.commit("step", { "apps/app-7/deploy.yaml": "kind: Job\n" }, "second");
    server.requests.length = 0;
    const { commit } = await repository.fetchRevision("main");
    expect(await countObjects(await mirrorIn(cacheFolder))).toEqual({ commit: 2, tree: 202 + 3, blob: 2 });
    expect(await readText(repository, commit, "apps/app-7", "deploy.yaml")).toBe("kind: Job\n");
    expect(await countObjects(await mirrorIn(cacheFolder))).toEqual({ commit: 2, tree: 202 + 3, blob: 3 });
    const bytes = server.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    expect(bytes).toBeLessThan(10_000);
    repository.close();
  });

  test("by many at once comes with one fetch", async () => {
    const { url } = await createApps("crowd", 40);
    const repository = openFresh(folder.path, { url });
    const { commit } = await repository.resolveRef({ kind: "branch", name: "main" });
    server.requests.length = 0;
    const trees = await Promise.all(Array.from({ length: 40 }, (_, index) => repository.readTree(commit, `apps/app-${index}`)));
    expect(trees.map(({ files }) => files.length)).toEqual(trees.map(() => 2));
    const uploads = server.requests.filter(({ method }) => method === "POST").length;
    // One exchange lists what is there, one brings commit and trees, and the files of all forty come with a few more.
    expect(uploads).toBeLessThanOrEqual(8);
    repository.close();
  });
});

describe("a branch", () => {
  test("that was pushed with force is followed to where it is now, and the old commit is still readable", async () => {
    const { url, commit: old } = await createApps("forced", 1);
    const repository = openFresh(folder.path, { url });
    expect((await repository.fetchRevision("main")).commit).toBe(old);
    await server.git("forced", ["commit", "--quiet", "--amend", "-m", "other"]);
    await server.git("forced", ["push", "--quiet", "--force", join(folder.path, "served/forced.git"), "main"]);
    const { commit } = await repository.fetchRevision("main");
    expect(commit).not.toBe(old);
    expect(await readText(repository, commit, "apps/app-0", "deploy.yaml")).toBe("kind: Deployment # 0\n");
    expect(await readText(repository, old, "apps/app-0", "deploy.yaml")).toBe("kind: Deployment # 0\n");
    repository.close();
  });

  test("that was deleted is not found, with those that are there", async () => {
    const { url } = await createApps("deleted", 1);
    await server.push("deleted", "main:refs/heads/gone");
    const repository = openFresh(folder.path, { url });
    await repository.fetchRevision("gone");
    await server.push("deleted", ":gone");
    await expect(repository.fetchRevision("gone")).rejects.toMatchObject({ code: "not_found", remedy: expect.stringContaining("main") });
    repository.close();
  });

  test("of an empty repository, and a commit that nobody has, are not found", async () => {
    const empty = openFresh(folder.path, { url: await server.createRepository("empty") });
    await expect(empty.fetchRevision("")).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining("is empty") });
    empty.close();
    const { url } = await createApps("lacking", 1);
    const repository = openFresh(folder.path, { url });
    await expect(repository.fetchRevision("0123456789".repeat(4))).rejects.toMatchObject({ code: "not_found" });
    repository.close();
  });
});

describe("a folder", () => {
  test("that does not exist is not found, with those that are there; a file is none", async () => {
    const { url } = await createApps("folders", 2);
    const repository = openFresh(folder.path, { url });
    const { commit } = await repository.fetchRevision("main");
    await expect(repository.readTree(commit, "apps/gone")).rejects.toMatchObject({ code: "not_found", remedy: "apps holds app-0, app-1" });
    await expect(repository.readTree(commit, "apps/app-0/deploy.yaml")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("is a file"),
    });
    repository.close();
  });

  test.each(["..", "../etc", "apps/../..", "/apps/..", "a//b", "apps/./app-0", "a\0b"])("is never looked for at %j", async (path) => {
    const repository = openFresh(folder.path, { url: `${server.url}/folders.git` });
    await expect(repository.readTree("0".repeat(40), path)).rejects.toMatchObject({ code: "invalid" });
    await expect(repository.readTreeHash("0".repeat(40), path)).rejects.toMatchObject({ code: "invalid" });
    await expect(repository.readClosure("0".repeat(40), path)).rejects.toMatchObject({ code: "invalid" });
    repository.close();
  });

  test("with a symbolic link inside it has the file twice, and one that leaves it is refused, to be packed as well", async () => {
    const url = await server.createRepository("links");
    const commit = await server.commit(
      "links",
      {
        "secret.yaml": "s",
        "in/a.yaml": "kind: A\n",
        "in/b.yaml": { link: "a.yaml" },
        "out/a.yaml": { link: "../secret.yaml" },
        "abs/a.yaml": { link: "/etc/passwd" },
      },
      "links",
    );
    const repository = openFresh(folder.path, { url });
    expect(await readText(repository, commit, "in", "b.yaml")).toBe("kind: A\n");
    for (const path of ["out", "abs"]) {
      await expect(repository.readTree(commit, path)).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining("symbolic link a.yaml leads"),
      });
      await expect(repository.readClosure(commit, path)).rejects.toMatchObject({ code: "invalid" });
    }
    await expect(repository.readTree(commit, "")).rejects.toMatchObject({ code: "invalid" });
    repository.close();
  });
});
