// What the client does when the server is busy, slow, gone or cut off: the real one behind a proxy that fails on demand.
import type { KubeObject } from "@windlass/core";
import { startFlakyProxy, type Fault, type FlakyProxy, type SeenRequest } from "@windlass/testbed";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { failureOf, useTestCluster } from "../../../../test/kube/test-cluster.ts";
import { createKubeClient, type KubeClientOptions } from "./client.ts";
import type { KubeClient } from "./types.ts";

const cluster = useTestCluster();
let proxy: FlakyProxy;
const opened: KubeClient[] = [];
let name = "";
let tests = 0;

beforeAll(async () => {
  const { server, tls } = cluster.connection;
  proxy = await startFlakyProxy({ url: server, ...tls.clientCertificate });
});
afterAll(() => proxy.stop());
beforeEach(() => {
  name = `r${++tests}`;
  proxy.onRequest = () => undefined;
});
afterEach(() => Promise.all(opened.splice(0).map((client) => client.close())));

const connect = async (options: Partial<KubeClientOptions> = {}): Promise<KubeClient> => {
  const client = createKubeClient({
    config: {
      server: proxy.url,
      namespace: "",
      origin: "the test's settings",
      tls: { insecure: false },
      credential: { type: "none", origin: "the test" },
    },
    ...options,
  });
  opened.push(client);
  await client.findKind({ group: "", kind: "ConfigMap" });
  return client;
};
const object = (): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: cluster.namespace },
  data: { a: "1" },
});
const ref = () => ({ group: "", kind: "ConfigMap", namespace: cluster.namespace, name });
const mine = ({ path }: SeenRequest): boolean => path.includes("/configmaps");
/** The first so many requests for ConfigMaps get the fault. */
const failFirst = (times: number, fault: Fault): void => {
  let left = times;
  proxy.onRequest = (request) => (mine(request) && left-- > 0 ? fault : undefined);
};
const sent = (): readonly SeenRequest[] =>
  proxy.requests.filter(
    (request) => request.path.includes(`/${name}?`) || request.path.endsWith(`/${name}`) || (request.method === "POST" && mine(request)),
  );
const status = (code: number, reason: string, message = reason) => ({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  code,
  reason,
  message,
});

describe("a busy server", () => {
  test("is left alone for as long as Retry-After says, even for a create, which then succeeds", async () => {
    const client = await connect();
    failFirst(2, { type: "answer", status: 429, headers: { "retry-after": "1" }, body: status(429, "TooManyRequests") });
    const before = sent().length;
    await expect(client.create(object())).resolves.toMatchObject({ data: { a: "1" } });
    const times = sent()
      .slice(before)
      .map(({ atMs }) => atMs);
    expect(times).toHaveLength(3);
    // A timer may come a millisecond early.
    for (const [at, atMs] of times.entries()) if (at > 0) expect(atMs - (times[at - 1] ?? 0)).toBeGreaterThan(995);
  });

  test("that stays busy ends in an error within the call's deadline", async () => {
    const client = await connect({ timeoutMs: 2_500 });
    failFirst(100, {
      type: "answer",
      status: 429,
      headers: { "retry-after": "1" },
      body: status(429, "TooManyRequests", "try again later"),
    });
    const startedAtMs = performance.now();
    expect(await failureOf(client.apply(object()))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("try again later"),
    });
    expect(performance.now() - startedAtMs).toBeLessThan(2_500);
  });

  test("gets fewer requests at once: the limiter halves on refusals", async () => {
    const client = await connect({ concurrency: { min: 1, max: 32, initial: 32 } });
    let underway = 0;
    let mostUnderway = 0;
    let refused = 0;
    proxy.onRequest = (request) =>
      mine(request) && refused++ < 32
        ? { type: "answer", status: 429, headers: { "retry-after": "0" }, body: status(429, "TooManyRequests") }
        : undefined;
    const one = async (at: number): Promise<void> => {
      await client.find({ ...ref(), name: `none-${at}` });
      underway--;
      mostUnderway = Math.max(mostUnderway, underway);
    };
    await Promise.all(Array.from({ length: 200 }, (_, at) => (underway++, one(at))));
    // All were answered in the end, by 200 requests and the 32 that were refused.
    expect(client.requestCounts.get).toBe(232);
  });
});

describe("a request that may have reached the server", () => {
  test("is sent again when that is harmless: a read, an apply, a delete bound to a uid", async () => {
    const client = await connect();
    failFirst(1, { type: "cut", afterBytes: -1 });
    const { metadata } = await client.apply(object());
    failFirst(1, { type: "cut", afterBytes: -1 });
    await expect(client.find(ref())).resolves.toMatchObject({ metadata: { uid: metadata.uid } });
    failFirst(1, { type: "cut", afterBytes: -1 });
    // The first one did it; the second finds nothing left, which is what was wanted.
    await expect(client.delete(ref(), { preconditions: { uid: metadata.uid ?? "" } })).resolves.toBeUndefined();
    await expect(cluster.admin.find(ref())).resolves.toBeUndefined();
  });

  test.each<[string, (client: KubeClient) => Promise<unknown>]>([
    ["a create", (client) => client.create(object())],
    [
      "an apply that is bound to a version",
      (client) => client.apply({ ...object(), metadata: { ...object().metadata, resourceVersion: "1" } }),
    ],
  ])("is not sent again when that could go wrong: %s", async (_title, write) => {
    const client = await connect();
    failFirst(1, { type: "cut", afterBytes: -1 });
    const before = sent().length;
    expect(await failureOf(write(client))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("the connection was cut"),
    });
    expect(sent()).toHaveLength(before + 1);
    await expect.poll(() => cluster.admin.find(ref())).toBeDefined();
  });

  test("is not sent again: a delete without a uid", async () => {
    await cluster.admin.apply(object());
    const client = await connect();
    failFirst(1, { type: "cut", afterBytes: -1 });
    expect(await failureOf(client.delete(ref()))).toMatchObject({ code: "unavailable" });
  });
});

describe("a server that is gone", () => {
  test("is tried again for a while, so that a short restart is not noticed, not even by a create", async () => {
    const client = await connect({ random: () => 0.99 });
    await proxy.stop();
    const created = client.create(object());
    await expect.poll(() => client.requestCounts.create).toBeGreaterThanOrEqual(3);
    await proxy.start();
    await expect(created).resolves.toMatchObject({ data: { a: "1" } });
  });

  test("is an error that names the address and where it comes from", async () => {
    const client = await connect({ random: () => 0 });
    await proxy.stop();
    try {
      expect(await failureOf(client.apply(object()))).toMatchObject({
        code: "unavailable",
        message: `The API server ${proxy.url} cannot be reached: nothing listens there (connection refused).`,
        remedy: "Check that it runs and that the address in the test's settings is right.",
        details: { reason: "ECONNREFUSED" },
      });
    } finally {
      await proxy.start();
    }
    await expect(client.apply(object())).resolves.toBeDefined();
  });
});

describe("a server that does not answer", () => {
  test("ends the call at its deadline, with what was not done", async () => {
    const client = await connect();
    failFirst(100, { type: "silence" });
    const startedAtMs = performance.now();
    expect(await failureOf(client.apply(object(), { timeoutMs: 500 }))).toMatchObject({
      code: "timeout",
      message: expect.stringMatching(/^ConfigMap \S+: apply was not done within 0\.5 s/),
    });
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  test("for one attempt is asked again", async () => {
    const client = await connect({ attemptTimeoutMs: 400 });
    failFirst(1, { type: "silence" });
    await expect(client.apply(object())).resolves.toMatchObject({ data: { a: "1" } });
  });

  test("is left at once when the caller gives up, with the caller's own reason", async () => {
    const client = await connect();
    failFirst(100, { type: "silence" });
    const stop = new AbortController();
    const call = client.find(ref(), { signal: stop.signal });
    await expect.poll(() => sent().length).toBeGreaterThan(0);
    const reason = new Error("a newer revision came");
    stop.abort(reason);
    expect(await failureOf(call)).toBe(reason);
  });
});

test("an answer that is no JSON from a proxy in between is told as it is", async () => {
  const client = await connect({ random: () => 0 });
  failFirst(100, { type: "answer", status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad Gateway</html>" });
  expect(await failureOf(client.find(ref()))).toMatchObject({ code: "unavailable", message: expect.stringContaining("Bad Gateway") });
});

test("a list whose next page expired comes whole all the same", async () => {
  await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      cluster.admin.apply({ ...object(), metadata: { name: `${name}-${at}`, namespace: cluster.namespace, labels: { set: name } } }),
    ),
  );
  const client = await connect();
  let expired = 0;
  proxy.onRequest = ({ path }) =>
    path.includes("continue=") && expired++ === 0 ? { type: "answer", status: 410, body: status(410, "Expired") } : undefined;
  const { items } = await client.list(
    { group: "", kind: "ConfigMap", namespace: cluster.namespace, labelSelector: `set=${name}` },
    { pageSize: 5 },
  );
  expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(12);
  expect(items).toHaveLength(12);
  expect(expired).toBeGreaterThan(0);
});

test("an unknown kind is looked up once for all who ask at the same time, and not again at once", async () => {
  const client = await connect();
  const before = client.requestCounts.discovery ?? 0;
  const ask = (): Promise<unknown> => client.findKind({ group: "none.example.com", kind: "Nothing" });
  await expect
    .poll(async () => (await Promise.all(Array.from({ length: 50 }, ask)), (client.requestCounts.discovery ?? 0) > before), {
      timeout: 5_000,
    })
    .toBe(true);
  const after = client.requestCounts.discovery ?? 0;
  await Promise.all(Array.from({ length: 50 }, ask));
  expect(after - before).toBe(2);
  expect(client.requestCounts.discovery).toBe(after);
});
