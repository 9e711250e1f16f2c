import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { verifyArtifact } from "@windlass/core";
import { startGitServer, type GitServer } from "@windlass/testbed";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolder, openFresh } from "../git/git.test-support.ts";
import { gitHash } from "../git/git-hash.ts";
import { createArtifactStore } from "./artifact-store.ts";
import { createArtifact } from "./create-artifact.ts";
import { readArtifact } from "./read-artifact.ts";

const folder = await createFolder();
let server: GitServer;
beforeAll(async () => {
  server = await startGitServer(folder.path);
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

const files = {
  "apps/shop/a.yaml": "kind: A\n",
  "apps/shop/base/b.yaml": "kind: B\n",
  "apps/shop/c.yaml": { link: "base/b.yaml" },
  "apps/other/o.yaml": "kind: O\n",
};

describe.each(["sha1", "sha256"] as const)("the artifact of a folder in a %s repository", (format) => {
  const name = `app-${format}`;
  let url = "";
  beforeAll(async () => {
    url = await server.createRepository(name, { format });
    await server.commit(name, files, "first");
    await server.git(name, ["tag", "-a", "-m", "release", "v1"]);
    await server.push(name, "v1");
  });

  test("proves the files of the folder, links followed, and holds nothing else of the repository", async () => {
    const repository = openFresh(folder.path, { url });
    const revision = await repository.fetchRevision("main");
    const artifact = await createArtifact(repository, revision, "apps/shop");
    const verified = verifyArtifact(artifact.bytes, { root: revision.commit, path: "apps/shop" }, gitHash);
    expect(verified.files.map(({ path, content }) => [path, Buffer.from(content).toString()])).toEqual([
      ["a.yaml", "kind: A\n"],
      ["base/b.yaml", "kind: B\n"],
      ["c.yaml", "kind: B\n"],
    ]);
    expect(verified).toMatchObject({ format, treeHash: artifact.treeHash, commit: { author: { name: "Demo" }, message: "first\n" } });
    expect(Buffer.from(artifact.bytes).toString("latin1")).not.toContain("kind: O");
    repository.close();
  });

  test("is the same bytes from another mirror, and for the same folder written otherwise", async () => {
    const digests = await Promise.all(
      ["apps/shop", "/apps/shop/", "./apps/shop"].map(async (path) => {
        const repository = openFresh(folder.path, { url });
        const { digest } = await createArtifact(repository, await repository.fetchRevision("main"), path);
        repository.close();
        return digest;
      }),
    );
    expect(new Set(digests).size).toBe(1);
    expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("of an annotated tag begins at the tag, which may carry the signature", async () => {
    const repository = openFresh(folder.path, { url });
    const revision = await repository.fetchRevision("refs/tags/v1");
    const artifact = await createArtifact(repository, revision, "apps/shop");
    expect(artifact.root).toBe(revision.tag);
    expect(verifyArtifact(artifact.bytes, artifact, gitHash)).toMatchObject({ tags: [{ name: "v1" }], commitHash: revision.commit });
    repository.close();
  });

  test("is read from the store while Git is gone, and fetched again when the entry is damaged", async () => {
    const repository = openFresh(folder.path, { url });
    const artifact = await createArtifact(repository, await repository.fetchRevision("main"), "apps/shop");
    repository.close();
    const store = createArtifactStore({ folder: join(folder.path, `store-${format}`) });
    let fetches = 0;
    const fetch = async (): Promise<Uint8Array> => {
      fetches++;
      return artifact.bytes;
    };
    expect((await readArtifact(store, artifact, fetch)).files).toHaveLength(3);
    expect((await readArtifact(store, artifact, () => Promise.reject(new Error("Git is gone")))).files).toHaveLength(3);
    expect(fetches).toBe(1);
  });
});

test("bytes that are not those of the digest, or of the wanted root, are refused and not kept", async () => {
  const url = await server.createRepository("refused");
  const first = await server.commit("refused", files, "first");
  const second = await server.commit("refused", { "apps/shop/a.yaml": "kind: Changed\n" }, "second");
  const repository = openFresh(folder.path, { url });
  const [old, current] = await Promise.all([first, second].map((commit) => createArtifact(repository, { commit }, "apps/shop")));
  if (old === undefined || current === undefined) return expect.fail("no artifacts");
  const store = createArtifactStore({ folder: join(folder.path, "store-refused") });
  await expect(readArtifact(store, current, async () => old.bytes)).rejects.toThrow(/artifact refused: what was fetched is/);
  // A hub that gives out an old release under its own, fitting digest.
  await expect(readArtifact(store, { ...old, root: current.root }, async () => old.bytes)).rejects.toThrow(/it holds .*, not/);
  expect(await store.read(old.digest)).toBeUndefined();
  repository.close();
});

test("a folder that unpacks to more than memory should hold is refused before it is read", async () => {
  const url = await server.createRepository("bomb");
  // Each file is different, and a few kilobytes in the pack.
  const zeros = Object.fromEntries(
    Array.from({ length: 3 }, (_, index) => [`z${index}.txt`, randomBytes(4).toString("hex") + "0".repeat(25 * 1024 ** 2)]),
  );
  const commit = await server.commit("bomb", zeros, "bomb");
  const repository = openFresh(folder.path, { url });
  await expect(createArtifact(repository, { commit }, "")).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringMatching(/folder \/ has \d+ bytes, more than the limit of 67108864/),
  });
  repository.close();
});
