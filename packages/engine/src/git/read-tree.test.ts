import { join } from "node:path";
import { startGitServer } from "@windlass/testbed";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolder, openFresh } from "./git.test-support.ts";
import { createMirror, type Mirror } from "./mirror.ts";
import { parseRepositoryOptions } from "./options.ts";
import { readTreeHashes } from "./read-tree.ts";
import { createTransport } from "./transport.ts";

const folder = await createFolder();
const count = 1_000;
const paths = Array.from({ length: count }, (_, index) => `apps/app-${index}`);
let url = "";
let first = "";
let second = "";
let stop = async (): Promise<void> => undefined;
beforeAll(async () => {
  const server = await startGitServer(folder.path);
  ({ stop } = server);
  url = await server.createRepository("mono");
  first = await server.commit("mono", Object.fromEntries(paths.map((path, index) => [`${path}/a.yaml`, `# ${index}\n`])), "first");
  second = await server.commit("mono", { "apps/app-7/a.yaml": "# changed\n", "README.md": "hello\n", "apps/app-9/a.yaml": null }, "second");
});
afterAll(async () => {
  await stop();
  await folder.remove();
});

test("which of a thousand folders a commit touched is known from two trees of each commit", async () => {
  const settings = parseRepositoryOptions({ url, cacheFolder: join(folder.path, "counted"), allow: ["http"] });
  const mirror = createMirror({ settings, transport: createTransport(settings), format: "sha1" });
  let reads = 0;
  // The real reader; only what is asked of it is counted.
  const counted: Mirror = {
    ...mirror,
    reader: {
      ...mirror.reader,
      find: (hash) => {
        reads++;
        return mirror.reader.find(hash);
      },
    },
  };
  const signal = AbortSignal.timeout(60_000);
  const before = await readTreeHashes(counted, { commit: first, paths }, signal);
  // The commit, the root and `apps`.
  expect(reads).toBe(3);
  const after = await readTreeHashes(counted, { commit: second, paths }, signal);
  expect(reads).toBe(6);
  expect(paths.filter((path) => before.get(path) !== after.get(path))).toEqual(["apps/app-7", "apps/app-9"]);
  expect(after.get("apps/app-9")).toBeUndefined();
  mirror.reader.close();
});

test("the hash of a folder is the same alone and among many, and stays while nothing below it changes", async () => {
  const repository = openFresh(folder.path, { url });
  const hashes = await repository.readTreeHashes(second, ["apps/app-1", "", "gone", "README.md"]);
  expect(hashes.get("apps/app-1")).toBe(await repository.readTreeHash(first, "apps/app-1"));
  expect(hashes.get("")).toBe(await repository.readTreeHash(second, ""));
  expect(hashes.get("")).not.toBe(await repository.readTreeHash(first, ""));
  expect([hashes.get("gone"), hashes.get("README.md")]).toEqual([undefined, undefined]);
  repository.close();
});
