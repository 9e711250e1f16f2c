import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startGitServer, type GitServer } from "@windlass/testbed";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withFileLock } from "./file-lock.ts";
import { createFolder, mirrorIn, openFresh, readText } from "./git.test-support.ts";

const folder = await createFolder();
let server: GitServer;
let url = "";
let commit = "";
beforeAll(async () => {
  server = await startGitServer(folder.path);
  url = await server.createRepository("app");
  commit = await server.commit(
    "app",
    Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}.yaml`, `kind: F${index}\n`])),
    "first",
  );
});
afterEach(() => {
  server.onRequest = () => undefined;
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

const spawnFetch = (cacheFolder: string): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL("./fetch-once.test-support.ts", import.meta.url)), url, cacheFolder], {
    stdio: ["ignore", "pipe", "inherit"],
  });

const outputOf = async (child: ChildProcess): Promise<string> => {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(child, "close");
  return text.trim();
};

describe("a repository larger than its limit", () => {
  test("is refused while it is being fetched, and takes no more room afterwards", async () => {
    const large = await server.createRepository("large");
    const tip = await server.commit("large", { "noise.bin": randomBytes(8 * 1024 ** 2).toString("base64") }, "noise");
    const cacheFolder = join(folder.path, "limited");
    const repository = openFresh(folder.path, { url: large, cacheFolder, bytesMax: 2 * 1024 ** 2 });
    server.requests.length = 0;
    await expect(repository.readTree(tip, "")).rejects.toMatchObject({
      code: "invalid",
      message: `repository ${large} is larger than the limit of 2 MiB`,
      remedy: expect.stringContaining("raise the repository's limit"),
    });
    const gitDir = await mirrorIn(cacheFolder);
    expect(await stat(join(gitDir, "objects")).catch(() => undefined)).toBeUndefined();
    repository.close();
  });

  test("is made anew when only old commits have filled it", async () => {
    const grown = await server.createRepository("grown");
    const cacheFolder = join(folder.path, "grown-cache");
    const repository = openFresh(folder.path, { url: grown, cacheFolder, bytesMax: 600 * 1024 });
    for (const turn of [1, 2, 3, 4]) {
      const tip = await server.commit("grown", { "noise.bin": randomBytes(200 * 1024).toString("base64") }, `turn ${turn}`);
      expect((await repository.readTree(tip, "")).files).toHaveLength(1);
    }
    repository.close();
  });
});

describe("a mirror that is broken", () => {
  const packsOf = async (gitDir: string): Promise<readonly string[]> => {
    const packs = join(gitDir, "objects/pack");
    return (await readdir(packs)).filter((name) => name.endsWith(".pack")).map((name) => join(packs, name));
  };

  test.each([
    ["lost its packs", async (gitDir: string) => rm(join(gitDir, "objects/pack"), { recursive: true })],
    ["has a pack that was cut off", async (gitDir: string) => Promise.all((await packsOf(gitDir)).map((path) => truncate(path, 40)))],
    [
      "has a pack full of zeros",
      async (gitDir: string) =>
        Promise.all((await packsOf(gitDir)).map(async (path) => writeFile(path, Buffer.alloc((await stat(path)).size)))),
    ],
    ["lost everything", async (gitDir: string) => rm(gitDir, { recursive: true })],
    ["lost its HEAD", async (gitDir: string) => rm(join(gitDir, "HEAD"))],
    ["has a configuration that is none", async (gitDir: string) => writeFile(join(gitDir, "config"), "[[[")],
    [
      "has the lock files of a process that was killed",
      async (gitDir: string) => Promise.all(["shallow.lock", "config.lock", "HEAD.lock"].map((name) => writeFile(join(gitDir, name), ""))),
    ],
  ])("since it %s is made anew, unseen", async (what, damage) => {
    const cacheFolder = join(folder.path, `broken-${what.replaceAll(/\W/g, "-")}`);
    const before = openFresh(folder.path, { url, cacheFolder });
    await readText(before, commit, "", "f7.yaml");
    before.close();
    await damage(await mirrorIn(cacheFolder));
    const after = openFresh(folder.path, { url, cacheFolder });
    expect((await after.fetchRevision("main")).commit).toBe(commit);
    expect(await readText(after, commit, "", "f7.yaml")).toBe("kind: F7\n");
    after.close();
  });
});

test("a mirror forgets the commits that were fetched longest ago, and reads those of now", async () => {
  const cacheFolder = join(folder.path, "many-revisions");
  const repository = openFresh(folder.path, { url, cacheFolder });
  await repository.fetchRevision("main");
  const refs = join(await mirrorIn(cacheFolder), "refs/revisions");
  for (let index = 0; index < 250; index++) {
    const path = join(refs, index.toString(16).padStart(40, "0"));
    await writeFile(path, `${commit}\n`);
    await utimes(path, index, index);
  }
  const next = await server.commit("app", { "g.yaml": "kind: G\n" }, "second");
  expect(await readText(repository, next, "", "g.yaml")).toBe("kind: G\n");
  const kept = await readdir(refs);
  expect(kept).toHaveLength(100);
  expect(kept).toEqual(expect.arrayContaining([next, commit]));
  commit = next;
  repository.close();
});

describe("processes that share a cache", () => {
  test("fetch one at a time, and all get everything", async () => {
    const cacheFolder = join(folder.path, "shared");
    const outputs = await Promise.all([1, 2, 3].map(() => outputOf(spawnFetch(cacheFolder))));
    expect(outputs).toEqual([`${commit} 51`, `${commit} 51`, `${commit} 51`]);
  });

  test("and are killed in the middle of a fetch leave nothing that stops the next one", async () => {
    const cacheFolder = join(folder.path, "killed");
    let posts = 0;
    for (const fatal of [1, 2, 3]) {
      posts = 0;
      const isReached = new Promise<void>((resolve) => {
        server.onRequest = ({ method }) => {
          if (method !== "POST" || ++posts < fatal) return undefined;
          resolve();
          return { type: "silence" };
        };
      });
      const child = spawnFetch(cacheFolder);
      const ended = once(child, "close");
      await Promise.race([isReached, ended]);
      child.kill("SIGKILL");
      await ended;
    }
    server.onRequest = () => undefined;
    expect(await outputOf(spawnFetch(cacheFolder))).toBe(`${commit} 51`);
  });

  test("a lock is free as soon as its holder is killed, and is waited for no longer than the signal says", async () => {
    const path = join(folder.path, "lock");
    const script = `const { withFileLock } = await import(${JSON.stringify(join(import.meta.dirname, "file-lock.ts"))});
      await withFileLock(${JSON.stringify(path)}, AbortSignal.timeout(60_000), async () => { console.log("held"); await new Promise((resolve) => setTimeout(resolve, 60_000)); });`;
    const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    await expect(withFileLock(path, AbortSignal.timeout(300), async () => "got it")).rejects.toMatchObject({
      name: expect.stringMatching(/AbortError|TimeoutError/),
    });
    holder.kill("SIGKILL");
    expect(await withFileLock(path, AbortSignal.timeout(30_000), async () => "got it")).toBe("got it");
  });
});
