import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createFolder } from "./git.test-support.ts";
import { createObjectReader } from "./object-reader.ts";

const folder = await createFolder();
afterAll(folder.remove);
const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
const gitDir = join(folder.path, "objects.git");
execFileSync("git", ["init", "--quiet", "--bare", gitDir], { env });
const write = (content: Buffer): string =>
  execFileSync("git", ["-C", gitDir, "hash-object", "-w", "--stdin"], { input: content, encoding: "utf8", env, maxBuffer: 2 ** 28 }).trim();
const place = { gitDir, objectFolder: join(gitDir, "objects"), format: "sha1", env } as const;
const missing = "0".repeat(40);

/** The processes that read this folder, as the system sees them. */
const processesOf = (): readonly string[] =>
  execFileSync("ps", ["-e", "-o", "args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(gitDir) && line.includes("cat-file"));

describe("a reader of objects", () => {
  test("answers many overlapping requests, large, empty and absent ones, each with its own", async () => {
    const reader = createObjectReader(place);
    const contents = [0, 1, 100, 70_000, 5_000_000].map((length) => randomBytes(length));
    const hashes = contents.map(write);
    const asked = Array.from({ length: 200 }, (_, index) => hashes[index % hashes.length] ?? "");
    const [found, heads, absent] = await Promise.all([
      Promise.all(asked.slice(0, 50).map((hash) => reader.find(hash))),
      Promise.all(asked.map((hash) => reader.findHead(hash))),
      reader.find(missing),
    ]);
    for (const [index, object] of found.entries())
      expect(contents[index % contents.length]?.equals(object?.content ?? Buffer.of(1))).toBe(true);
    expect(heads.map((head) => head?.size)).toEqual(asked.map((_, index) => contents[index % contents.length]?.length));
    expect(absent).toBeUndefined();
    reader.close();
  });

  test("does not give out an object whose bytes are not those of its name", async () => {
    const [real, claimed] = [write(Buffer.from("real")), write(Buffer.from("claimed"))];
    const pathOf = (hash: string): string => join(gitDir, "objects", hash.slice(0, 2), hash.slice(2));
    await rm(pathOf(claimed));
    await mkdir(dirname(pathOf(claimed)), { recursive: true });
    await copyFile(pathOf(real), pathOf(claimed));
    expect((await readFile(pathOf(claimed))).length).toBeGreaterThan(0);
    const reader = createObjectReader(place);
    await expect(reader.find(claimed)).rejects.toMatchObject({ code: "internal", details: { corrupt: true } });
    expect(Buffer.from((await reader.find(real))?.content ?? []).toString()).toBe("real");
    reader.close();
  });

  test("ends its process when nobody has asked for a while, and starts it anew for the next", async () => {
    const hash = write(Buffer.from("idle"));
    const reader = createObjectReader({ ...place, idleMs: 100 });
    expect(await reader.findHead(hash)).toEqual({ type: "blob", size: 4 });
    await expect.poll(processesOf, { timeout: 30_000 }).toEqual([]);
    expect(await reader.findHead(hash)).toEqual({ type: "blob", size: 4 });
    reader.close();
    await expect.poll(processesOf, { timeout: 30_000 }).toEqual([]);
  });

  test("says so when there is no Git", async () => {
    const reader = createObjectReader({ ...place, env: { PATH: "/nonexistent" } });
    await expect(reader.find(missing)).rejects.toMatchObject({ code: "unavailable", remedy: expect.stringContaining("install git") });
    reader.close();
  });
});
