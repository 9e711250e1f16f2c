import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { createArtifactStore } from "./artifact-store.ts";

const root = await mkdtemp(join(tmpdir(), "windlass-store-"));
afterAll(() => rm(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, `store-${++folders}`);

/** Bytes that no compressor makes smaller. */
const noise = (seed: number, length: number): Buffer => {
  let state = seed + 1;
  return Buffer.from(Uint8Array.from({ length }, () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) >> 16));
};
const textOf = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : Buffer.from(bytes).toString());
const fileOf = async (folder: string): Promise<string> => join(folder, (await readdir(folder))[0] ?? "");

test("what is put is read again under its digest, by another store at the same folder too, and no draft stays", async () => {
  const folder = newFolder();
  const digest = await createArtifactStore({ folder }).put(Buffer.from("hello"));
  expect(digest).toBe("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  expect(textOf(await createArtifactStore({ folder }).read(digest))).toBe("hello");
  expect(await readdir(folder)).toEqual([`${digest.slice(7)}.gz`]);
  expect((await stat(await fileOf(folder))).mode & 0o077).toBe(0);
});

test("what was never put is absent, and a name that is no digest is refused before it becomes a path", async () => {
  const store = createArtifactStore({ folder: newFolder() });
  expect(await store.read(`sha256:${"0".repeat(64)}`)).toBeUndefined();
  await expect(store.read("sha256:../../../etc/passwd")).rejects.toMatchObject({ code: "invalid" });
});

const bomb = gzipSync(Buffer.alloc(80 * 1024 ** 2), { level: 1 });

test.each([
  ["cut off", (path: string) => truncate(path, 10)],
  ["emptied", (path: string) => truncate(path, 0)],
  ["replaced by something else that unpacks", (path: string) => writeFile(path, gzipSync("another artifact"))],
  ["replaced by a bomb", (path: string) => writeFile(path, bomb)],
  [
    "altered by a bit",
    async (path: string) => {
      const bytes = await readFile(path);
      bytes[bytes.length - 10] = (bytes.at(-10) ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  ],
])("an entry that was %s is dropped, and can be put again", async (_, damage) => {
  const folder = newFolder();
  const store = createArtifactStore({ folder });
  const digest = await store.put(Buffer.from("hello"));
  await damage(await fileOf(folder));
  expect(await store.read(digest)).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
  await store.put(Buffer.from("hello"));
  await damage(await fileOf(folder));
  await store.put(Buffer.from("hello"));
  expect(textOf(await store.read(digest))).toBe("hello");
});

test("what was used longest ago goes first when it is full, and what is pinned stays", async () => {
  const folder = newFolder();
  const pinned = new Set<string>();
  const store = createArtifactStore({ folder, bytesMax: 3_500, isPinned: (digest) => pinned.has(digest) });
  const digests: string[] = [];
  const ageOf = async (digest: string, seconds: number): Promise<void> => utimes(join(folder, `${digest.slice(7)}.gz`), seconds, seconds);
  for (const seed of [0, 1, 2]) {
    const digest = await store.put(noise(seed, 1_000));
    await ageOf(digest, 1_000 + seed);
    digests.push(digest);
  }
  const [first = "", second = "", third = ""] = digests;
  pinned.add(first);
  // To read is to use.
  await store.read(second);
  const fourth = await store.put(noise(3, 1_000));
  const there = await Promise.all([first, second, third, fourth].map(async (digest) => (await store.read(digest)) !== undefined));
  expect(there).toEqual([true, true, false, true]);
});

test("an artifact larger than the whole store is kept until the next one", async () => {
  const store = createArtifactStore({ folder: newFolder(), bytesMax: 100 });
  const digest = await store.put(noise(1, 5_000));
  expect(await store.read(digest)).toBeDefined();
});

test("drafts of a process that was killed are cleared away, and those of one at work are not", async () => {
  const folder = newFolder();
  const store = createArtifactStore({ folder });
  await store.put(Buffer.from("a"));
  await writeFile(join(folder, "draft-1-old"), "half");
  await utimes(join(folder, "draft-1-old"), 1_000, 1_000);
  await writeFile(join(folder, "draft-2-new"), "half");
  await store.put(Buffer.from("b"));
  expect((await readdir(folder)).filter((name) => name.startsWith("draft"))).toEqual(["draft-2-new"]);
});

test("processes that share a folder, evict and are killed at any moment leave only entries that are sound", async () => {
  const folder = newFolder();
  const script = fileURLToPath(new URL("./put-forever.test-support.ts", import.meta.url));
  for (let round = 0; round < 3; round++) {
    const children = [0, 7, 13].map((seed) =>
      spawn(process.execPath, [script, folder, String(seed)], { stdio: ["ignore", "pipe", "inherit"] }),
    );
    const ended = children.map((child) => once(child, "close"));
    // Each is at work when it is killed.
    await Promise.all(children.map((child) => once(child.stdout, "data")));
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
  }
  const store = createArtifactStore({ folder });
  const entries = (await readdir(folder)).filter((name) => name.endsWith(".gz"));
  expect(entries.length).toBeGreaterThan(0);
  for (const name of entries) expect(await store.read(`sha256:${name.slice(0, 64)}`), `entry ${name}`).toBeDefined();
});

test("a disk that refuses is unavailable, with the folder in the message", async () => {
  const blocked = join(root, "a-file");
  await writeFile(blocked, "");
  await chmod(blocked, 0o600);
  await expect(createArtifactStore({ folder: join(blocked, "store") }).put(Buffer.from("x"))).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(`${blocked}/store`),
  });
});
