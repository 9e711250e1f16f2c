import type { KubeObject } from "@windlass/core";
import { startFlakyProxy, type FlakyProxy, type SeenRequest } from "@windlass/testbed";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { collect, useTestCluster } from "../../../../test/kube/test-cluster.ts";
import { createKubeClient } from "./client.ts";
import type { KubeConnection } from "./connection.ts";
import type { KubeClient, WatchEvent } from "./types.ts";

const cluster = useTestCluster();
let proxy: FlakyProxy;
let client: KubeClient;
const target = () => ({ group: "", kind: "ConfigMap", namespace: cluster.namespace, labelSelector: `set=${label}` });
/** Each test watches a set of its own. */
let label = "";
let tests = 0;

const throughProxy = (): KubeConnection => ({
  server: proxy.url,
  namespace: "",
  origin: "the test",
  tls: { insecure: false },
  credential: { type: "none", origin: "the test" },
});

beforeAll(async () => {
  const { server, tls } = cluster.connection;
  proxy = await startFlakyProxy({ url: server, ...tls.clientCertificate });
  client = createKubeClient({ config: throughProxy(), watchIdleTimeoutMs: 2_000 });
});
afterAll(async () => {
  await client.close();
  await proxy.stop();
});
beforeEach(() => {
  label = `w${++tests}`;
  proxy.onRequest = () => undefined;
});

const put = (name: string, value: number): Promise<KubeObject> =>
  cluster.admin.apply({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${label}-${name}`, namespace: cluster.namespace, labels: { set: label } },
    data: { value: String(value), filler: "x".repeat(500) },
  });
const drop = (name: string) =>
  cluster.admin.delete({ group: "", kind: "ConfigMap", namespace: cluster.namespace, name: `${label}-${name}` });

const open = (metadataOnly = false) => {
  const stop = new AbortController();
  const watch = collect(client.watch({ ...target(), metadataOnly }, { signal: stop.signal }));
  return {
    ...watch,
    close: async () => {
      stop.abort();
      await watch.done;
    },
  };
};
/** What a user of the watch knows: name → version. `synced` drops what was not seen since `restarted`. */
const replay = (events: readonly WatchEvent[]): ReadonlyMap<string, string> => {
  let known = new Map<string, string>();
  let seen = new Map<string, string>();
  for (const event of events) {
    if (event.type === "restarted") seen = new Map();
    else if (event.type === "synced") known = new Map(seen);
    else if (event.type === "deleted") for (const map of [known, seen]) map.delete(event.object.metadata.name);
    else for (const map of [known, seen]) map.set(event.object.metadata.name, event.object.metadata.resourceVersion ?? "");
  }
  return known;
};
const truth = async (): Promise<ReadonlyMap<string, string>> =>
  new Map((await cluster.admin.list(target())).items.map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? ""]));
const untilTrue = async (watch: ReturnType<typeof open>): Promise<void> => {
  const expected = await truth();
  await watch.until((seen) => {
    const known = replay(seen);
    return known.size === expected.size && [...expected].every(([name, version]) => known.get(name) === version);
  });
};
const valuesOf = (events: readonly WatchEvent[], name: string) =>
  events.flatMap((event) =>
    "object" in event && event.object.metadata.name === `${label}-${name}` ? [(event.object.data as { value: string }).value] : [],
  );
const count = (events: readonly WatchEvent[], type: WatchEvent["type"]): number => events.filter((event) => event.type === type).length;
const isWatch = ({ path }: SeenRequest): boolean => path.includes("watch=1") && path.includes(label);
const watchesSeen = (): readonly SeenRequest[] => proxy.requests.filter(isWatch);
const expired = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Expired", code: 410, message: "too old resource version" };

test("a watch lists what is there, says synced, and then tells each change once and in order", async () => {
  await put("a", 1);
  const watch = open();
  await watch.until((seen) => count(seen, "synced") === 1);
  await put("a", 2);
  await put("b", 1);
  await drop("a");
  await watch.until((seen) => count(seen, "deleted") === 1);
  await watch.close();
  expect(watch.seen.map(({ type }) => type)).toEqual(["restarted", "added", "synced", "modified", "added", "deleted"]);
});

test("a metadata watch carries the owners of fields and no data", async () => {
  const watch = open(true);
  await watch.until((seen) => count(seen, "synced") === 1);
  await put("a", 1);
  await watch.until((seen) => count(seen, "added") === 1);
  await watch.close();
  const [added] = watch.seen.filter((event) => event.type === "added");
  expect(added).toMatchObject({ object: { apiVersion: "v1", kind: "ConfigMap", metadata: { managedFields: [{ manager: "windlass" }] } } });
  expect(added).not.toHaveProperty("object.data");
});

test("cut connections lose no event, repeat none, and cost no new list", async () => {
  const watch = open();
  await watch.until((seen) => count(seen, "synced") === 1);
  for (let value = 1; value <= 60; value++) {
    await put("a", value);
    if (value % 7 === 0) proxy.cutAll();
  }
  await watch.until((seen) => valuesOf(seen, "a").includes("60"));
  await watch.close();
  expect(valuesOf(watch.seen, "a")).toEqual(Array.from({ length: 60 }, (_, at) => String(at + 1)));
  expect(count(watch.seen, "restarted")).toBe(1);
  expect(watchesSeen().length).toBeGreaterThan(3);
});

test("a connection that is cut in the middle of an event tells that event later, whole", async () => {
  // Each connection brings one event and a half.
  proxy.onRequest = (request) => (isWatch(request) ? { type: "cut", afterBytes: 1_400 } : undefined);
  const watch = open();
  await watch.until((seen) => count(seen, "synced") === 1);
  for (let value = 1; value <= 8; value++) await put("a", value);
  await watch.until((seen) => valuesOf(seen, "a").includes("8"));
  await watch.close();
  expect(valuesOf(watch.seen, "a")).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
});

describe("a version that the server has forgotten (410)", () => {
  test.each([
    ["as the answer to the watch", { type: "answer", status: 410, body: expired }],
    ["as an event of the watch", { type: "answer", status: 200, body: `${JSON.stringify({ type: "ERROR", object: expired })}\n` }],
  ] as const)("%s: lists anew, and ends up with what is true, deletions included", async (_title, fault) => {
    await Promise.all([put("a", 1), put("b", 1)]);
    const watch = open();
    await watch.until((seen) => count(seen, "synced") === 1);
    let forgotten = 0;
    proxy.onRequest = (request) => (isWatch(request) && forgotten++ === 0 ? fault : undefined);
    proxy.cutAll();
    await drop("a");
    await put("c", 1);
    await watch.until((seen) => count(seen, "synced") === 2);
    await untilTrue(watch);
    await watch.close();
    expect([...replay(watch.seen).keys()].toSorted()).toEqual([`${label}-b`, `${label}-c`]);
  });
});

test("a list whose continue token expired is begun again", async () => {
  let faults = 0;
  proxy.onRequest = ({ path }) =>
    path.includes("limit=500") && path.includes(label) && faults++ === 0 ? { type: "answer", status: 410, body: expired } : undefined;
  await put("a", 1);
  const watch = open();
  await untilTrue(watch);
  await watch.close();
  expect(count(watch.seen, "restarted")).toBe(2);
});

test("a server that is gone and comes back is found again, and nothing was missed", async () => {
  await put("a", 1);
  const watch = open();
  await watch.until((seen) => count(seen, "synced") === 1);
  await proxy.stop();
  await put("a", 2);
  await put("b", 1);
  await proxy.start();
  await untilTrue(watch);
  await watch.close();
  expect(valuesOf(watch.seen, "a")).toEqual(["1", "2"]);
});

test("a connection that went silent is given up and opened again", async () => {
  let silent = 0;
  proxy.onRequest = (request) => (isWatch(request) && silent++ === 0 ? { type: "silence" } : undefined);
  const watch = open();
  await watch.until((seen) => count(seen, "synced") === 1);
  await put("a", 1);
  await untilTrue(watch);
  await watch.close();
  expect(watchesSeen().length).toBeGreaterThanOrEqual(2);
});

test("a server that ends every watch at once is asked less and less often", async () => {
  proxy.onRequest = (request) => (isWatch(request) ? { type: "answer", status: 200, body: "" } : undefined);
  const slow = createKubeClient({ config: throughProxy(), random: () => 0.9 });
  const stop = new AbortController();
  const watch = collect(slow.watch(target(), { signal: stop.signal }));
  await expect.poll(() => watchesSeen().length, { timeout: 20_000 }).toBe(5);
  const gaps = watchesSeen().map(({ atMs }, at, all) => atMs - (all[at - 1]?.atMs ?? atMs));
  stop.abort();
  await watch.done;
  await slow.close();
  // 0.9 of 400, 800 and 1,600 ms, less what a timer may come early.
  for (const [at, leastMs] of [
    [2, 350],
    [3, 700],
    [4, 1_400],
  ] as const)
    expect(gaps[at]).toBeGreaterThan(leastMs);
});

test("a refusal that stays is thrown, with who may not do what", async () => {
  const stranger = cluster.admin.impersonating({ user: "jane" });
  const watch = collect(stranger.watch(target(), { signal: new AbortController().signal }));
  await watch.done;
  expect(watch.failure()).toMatchObject({ code: "forbidden", details: { denied: { user: "jane", verb: "list", resource: "configmaps" } } });
});

test("an aborted watch ends quietly, at once, and leaves its connection", async () => {
  const watch = open();
  await watch.until((seen) => count(seen, "synced") === 1);
  await watch.close();
  expect(watch.failure()).toBeUndefined();
});
