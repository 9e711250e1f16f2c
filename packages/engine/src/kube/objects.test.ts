import { describe, expect, test } from "vitest";
import type { KubeObject } from "@windlass/core";
import { failureOf, useTestCluster } from "../../../../test/kube/test-cluster.ts";

const cluster = useTestCluster();
const configMap = (name: string, data: Readonly<Record<string, string>> = { a: "1" }): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: cluster.namespace },
  data,
});
const refOfMap = (name: string) => ({ group: "", kind: "ConfigMap", namespace: cluster.namespace, name });
const labels = { app: "web" };
const deployment = (name: string, spec: object = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: cluster.namespace },
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } },
    ...spec,
  },
});

const waitFor = async (condition: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) if (Date.now() > deadline) throw new Error("The condition did not come true in time.");
};

describe("a kind with fields that nobody knows", () => {
  const group = () => `open.${cluster.namespace}.example.com`;
  const crd = (): KubeObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `crates.${group()}` },
    spec: {
      group: group(),
      names: { kind: "Crate", plural: "crates" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              "x-kubernetes-preserve-unknown-fields": true,
              properties: {
                spec: {
                  type: "object",
                  "x-kubernetes-preserve-unknown-fields": true,
                  properties: { serial: { type: "integer", format: "int64" } },
                },
              },
            },
          },
        },
      ],
    },
  });

  test("is found as soon as its CRD is served, though it was unknown a moment ago", async () => {
    await expect(cluster.admin.findKind({ group: group(), kind: "Crate" })).resolves.toBeUndefined();
    await cluster.admin.apply(crd());
    await waitFor(async () => (await cluster.admin.findKind({ group: group(), kind: "Crate" })) !== undefined);
    await expect(cluster.admin.findKind({ group: group(), kind: "Crate" })).resolves.toMatchObject({
      resource: "crates",
      namespaced: true,
      version: "v1",
    });
  });

  test.each(["apply", "create"] as const)(
    "keeps unknown fields and integers beyond 2^53 untouched through %s, get, list and watch",
    async (verb) => {
      const spec = {
        serial: 9223372036854775807n,
        unknown: { deep: [{ id: -9007199254740993n, ratio: 0.1, text: "0x1F", none: null, yes: true }] },
        "weird key/with.dots": 'ünïcödé \u2028 \u0085 \u2029 \ufeff \u007f "quoted" 🚀',
      };
      const crate = { apiVersion: `${group()}/v1`, kind: "Crate", metadata: { name: `big-${verb}`, namespace: cluster.namespace }, spec };
      const expected = {
        ...spec,
        unknown: { deep: [expect.objectContaining({ id: -9007199254740993n, ratio: 0.1, text: "0x1F", yes: true })] },
      };
      await waitFor(() =>
        cluster.admin[verb](crate).then(
          () => true,
          () => false,
        ),
      );

      const ref = { group: group(), kind: "Crate", namespace: cluster.namespace, name: `big-${verb}` };
      await expect(cluster.admin.find(ref)).resolves.toMatchObject({ spec: expected });
      const { items } = await cluster.admin.list({ group: group(), kind: "Crate", namespace: cluster.namespace });
      expect(items.find(({ metadata }) => metadata.name === ref.name)).toMatchObject({ spec: expected });
      const stop = new AbortController();
      for await (const event of cluster.admin.watch(
        { group: group(), kind: "Crate", namespace: cluster.namespace },
        { signal: stop.signal },
      )) {
        if (event.type !== "added" || event.object.metadata.name !== ref.name) continue;
        expect(event.object).toMatchObject({ spec: expected });
        stop.abort();
      }
    },
  );
});

describe("a list", () => {
  test("comes whole, however small its pages are", async () => {
    await Promise.all(
      Array.from({ length: 25 }, (_, at) =>
        cluster.admin.apply({ ...configMap(`page-${at}`), metadata: { ...configMap(`page-${at}`).metadata, labels: { set: "pages" } } }),
      ),
    );
    const before = cluster.admin.requestCounts.list ?? 0;
    const { items, resourceVersion } = await cluster.admin.list(
      { group: "", kind: "ConfigMap", namespace: cluster.namespace, labelSelector: "set=pages" },
      { pageSize: 10 },
    );
    expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(25);
    expect(resourceVersion).toMatch(/^\d+$/);
    expect((cluster.admin.requestCounts.list ?? 0) - before).toBeGreaterThanOrEqual(3);
  });

  test("of metadata carries identity and owners of fields, and no data", async () => {
    const [first] = (
      await cluster.admin.list({
        group: "",
        kind: "ConfigMap",
        namespace: cluster.namespace,
        labelSelector: "set=pages",
        metadataOnly: true,
      })
    ).items;
    expect(first).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: cluster.namespace, managedFields: [{ manager: "windlass" }] },
    });
    expect(first).not.toHaveProperty("data");
  });
});

describe("find", () => {
  test("says undefined for an object, a namespace or a kind that is not there", async () => {
    await expect(cluster.admin.find(refOfMap("nobody"))).resolves.toBeUndefined();
    await expect(cluster.admin.find({ ...refOfMap("nobody"), namespace: "no-such-namespace" })).resolves.toBeUndefined();
    await expect(cluster.admin.find({ group: "none.example.com", kind: "Nothing", namespace: "", name: "x" })).resolves.toBeUndefined();
  });

  test("reads a subresource", async () => {
    await cluster.admin.apply(deployment("scaled"));
    await expect(
      cluster.admin.find({ group: "apps", kind: "Deployment", namespace: cluster.namespace, name: "scaled" }, { subresource: "scale" }),
    ).resolves.toMatchObject({ kind: "Scale" });
  });

  test("refuses a name that leads out of its place in the path", async () => {
    expect(await failureOf(cluster.admin.find(refOfMap("../secrets/admin")))).toMatchObject({ code: "invalid" });
    expect(await failureOf(cluster.admin.find(refOfMap("..")))).toMatchObject({ code: "invalid" });
  });
});

describe("a write", () => {
  test("with dryRun tells what would be stored and stores nothing", async () => {
    await expect(cluster.admin.apply(configMap("dry"), { dryRun: true })).resolves.toMatchObject({ data: { a: "1" } });
    await expect(cluster.admin.find(refOfMap("dry"))).resolves.toBeUndefined();
  });

  test.each([
    ["at the top", deployment("strict", { replicaz: 1 }), "spec.replicaz"],
    [
      "inside a list",
      deployment("strict", {
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i", imagePullPolice: "Always" }] } },
      }),
      /containers.*\.imagePullPolice$/,
    ],
  ])("of an unknown field %s is refused with its path, by apply and by create", async (_where, wrong, path) => {
    for (const write of [cluster.admin.apply, cluster.admin.create]) {
      const error = await failureOf(write(wrong));
      expect(error).toMatchObject({ code: "invalid", message: expect.stringMatching(/^Deployment \S+\/strict is not valid: /) });
      expect(error).toHaveProperty("details.causes", [
        expect.objectContaining({ field: expect.stringMatching(path), reason: "UnknownField" }),
      ]);
    }
  });

  test("that breaks a rule names every field and what is wrong with it", async () => {
    const error = await failureOf(cluster.admin.apply(deployment("rules", { replicas: -1, selector: { matchLabels: { app: "other" } } })));
    expect(error).toMatchObject({ code: "invalid" });
    expect(error).toHaveProperty(
      "details.causes",
      expect.arrayContaining([
        expect.objectContaining({ field: "spec.replicas" }),
        expect.objectContaining({ field: "spec.template.metadata.labels" }),
      ]),
    );
  });

  test("of a Secret never repeats a value in its error", async () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "leak", namespace: cluster.namespace },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": Buffer.from("hunter2").toString("base64") },
    };
    const error = await failureOf(cluster.admin.apply(secret));
    expect(error).toMatchObject({ code: "invalid" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error as object))).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  test("against another manager's field names the manager and the field; force takes it over", async () => {
    await cluster.admin.apply(configMap("shared", { a: "1", b: "1" }), { fieldManager: "somebody else" });
    const error = await failureOf(cluster.admin.apply(configMap("shared", { a: "2", b: "2" })));
    expect(error).toMatchObject({
      code: "conflict",
      message: `ConfigMap ${cluster.namespace}/shared: fields .data.a, .data.b are owned by "somebody else".`,
      remedy: expect.stringContaining("sync.force"),
      details: { reason: "FieldManagerConflict", conflicts: [{ manager: "somebody else", fields: [".data.a", ".data.b"] }] },
    });
    await expect(cluster.admin.apply(configMap("shared", { a: "2", b: "2" }), { force: true })).resolves.toMatchObject({
      data: { a: "2", b: "2" },
    });
  });

  test("into a namespace that is not there names the namespace", async () => {
    const error = await failureOf(
      cluster.admin.apply({ ...configMap("lost"), metadata: { name: "lost", namespace: "no-such-namespace" } }),
    );
    expect(error).toMatchObject({
      code: "not_found",
      message: "ConfigMap no-such-namespace/lost: namespace no-such-namespace does not exist.",
    });
  });

  test("of a kind that is not served says which, and which versions are", async () => {
    expect(
      await failureOf(cluster.admin.apply({ apiVersion: "none.example.com/v1", kind: "Nothing", metadata: { name: "x" } })),
    ).toMatchObject({
      code: "not_found",
      message: "Nothing.none.example.com x: the API server has no kind Nothing.none.example.com.",
      details: { reason: "KindNotServed" },
    });
    expect(await failureOf(cluster.admin.apply({ ...deployment("old"), apiVersion: "apps/v1beta1" }))).toMatchObject({
      message: expect.stringContaining("serves Deployment.apps as v1, not as v1beta1"),
      remedy: "Write the object in version v1.",
    });
  });

  test("by patch changes what it names, by merge and by JSON patch", async () => {
    await cluster.admin.apply(configMap("patched"));
    await expect(cluster.admin.patch(refOfMap("patched"), { type: "merge", body: { data: { b: "2" } } })).resolves.toMatchObject({
      data: { a: "1", b: "2" },
    });
    await expect(
      cluster.admin.patch(refOfMap("patched"), { type: "json", body: [{ op: "remove", path: "/data/a" }] }),
    ).resolves.toMatchObject({ data: { b: "2" } });
  });

  test("by replace is bound to the version it names", async () => {
    const created = await cluster.admin.create(configMap("replaced"));
    await cluster.admin.replace({ ...created, data: { a: "2" } });
    expect(await failureOf(cluster.admin.replace({ ...created, data: { a: "3" } }))).toMatchObject({
      code: "conflict",
      details: { reason: "Conflict" },
    });
    expect(await failureOf(cluster.admin.create(configMap("replaced")))).toMatchObject({
      code: "conflict",
      details: { reason: "AlreadyExists" },
    });
  });
});

describe("a delete", () => {
  test("tells the uid of what it deleted, and undefined when there was nothing", async () => {
    const { metadata } = await cluster.admin.apply(configMap("gone"));
    await expect(cluster.admin.delete(refOfMap("gone"))).resolves.toMatchObject({
      kind: "ConfigMap",
      metadata: { name: "gone", uid: metadata.uid },
    });
    await expect(cluster.admin.delete(refOfMap("gone"))).resolves.toBeUndefined();
  });

  test("with another uid is refused and deletes nothing", async () => {
    await cluster.admin.apply(configMap("kept"));
    const error = await failureOf(
      cluster.admin.delete(refOfMap("kept"), { preconditions: { uid: "00000000-0000-0000-0000-000000000000" } }),
    );
    expect(error).toMatchObject({ code: "conflict", details: { reason: "UidMismatch" } });
    await expect(cluster.admin.find(refOfMap("kept"))).resolves.toBeDefined();
  });

  test("of an object with a finalizer hands back the object, being deleted", async () => {
    const held = { ...configMap("held"), metadata: { ...configMap("held").metadata, finalizers: ["example.com/hold"] } };
    await cluster.admin.apply(held);
    await expect(cluster.admin.delete(refOfMap("held"))).resolves.toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
    await cluster.admin.patch(refOfMap("held"), { type: "merge", body: { metadata: { finalizers: null } } });
    await expect(cluster.admin.find(refOfMap("held"))).resolves.toBeUndefined();
  });

  test("with dryRun deletes nothing", async () => {
    await cluster.admin.apply(configMap("dry-delete"));
    await cluster.admin.delete(refOfMap("dry-delete"), { dryRun: true });
    await expect(cluster.admin.find(refOfMap("dry-delete"))).resolves.toBeDefined();
  });
});

test("a dead extension server hides its own kinds only, and nobody takes them for absent", async () => {
  const group = `dead.${cluster.namespace}.example.com`;
  const apiService = { group: "apiregistration.k8s.io", kind: "APIService", namespace: "", name: `v1.${group}` };
  await cluster.admin.apply({
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: apiService.name },
    spec: {
      group,
      version: "v1",
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { name: "nobody", namespace: cluster.namespace },
    },
  });
  try {
    const ref = { group, kind: "Ghost", namespace: "", name: "x" };
    const isStale = async (): Promise<boolean> => {
      await cluster.admin.findKind(ref, { fresh: true });
      return cluster.admin.find(ref).then(
        () => false,
        (error: unknown) => (error as { code: string }).code === "unavailable",
      );
    };
    await waitFor(isStale);
    expect(await failureOf(cluster.admin.delete(ref))).toMatchObject({ code: "unavailable", details: { reason: "GroupStale" } });
    await expect(cluster.admin.findKind({ group: "apps", kind: "Deployment" }, { fresh: true })).resolves.toBeDefined();
  } finally {
    await cluster.admin.delete(apiService);
  }
});

test("requests are counted by verb", async () => {
  const client = cluster.connect();
  await client.find(refOfMap("nobody"));
  await client.apply(configMap("counted"));
  expect(client.requestCounts).toEqual({ discovery: 2, get: 1, apply: 1 });
});

test("raw reads JSON and text, and writes JSON", async () => {
  await expect(cluster.admin.raw("GET", "/readyz")).resolves.toBe("ok");
  await expect(
    cluster.admin.raw("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { verb: "get", resource: "pods" } },
      },
    }),
  ).resolves.toMatchObject({ status: { allowed: true } });
});
