// Facts about server-side apply that the engine builds on. If a new Kubernetes changes one, this file says so.
import { groupOf, refOf, type KubeObject } from "@windlass/core";
import { describe, expect, test } from "vitest";
import { failureOf, useTestCluster } from "../../../../test/kube/test-cluster.ts";
import type { KubeClient } from "./types.ts";

const cluster = useTestCluster();

const crd = (plural: string, kind: string): KubeObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${cluster.namespace}.example.com` },
  spec: {
    group: `${cluster.namespace}.example.com`,
    names: { kind, plural },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});
const labels = { app: "co" };
const kinds: Readonly<Record<string, () => KubeObject>> = {
  ConfigMap: () => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "co", namespace: cluster.namespace }, data: { a: "1" } }),
  Deployment: () => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "co", namespace: cluster.namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } },
    },
  }),
  Namespace: () => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: `${cluster.namespace}-co` } }),
  CustomResourceDefinition: () => crd("probes", "Probe"),
  "custom resource": () => ({
    apiVersion: `${cluster.namespace}.example.com/v1`,
    kind: "Gadget",
    metadata: { name: "co", namespace: cluster.namespace },
    spec: { a: 1 },
  }),
};
const withMeta = (object: KubeObject, metadata: object): KubeObject => ({ ...object, metadata: { ...object.metadata, ...metadata } });

/** Installs the kind of the custom resource and waits until it is served. */
const serve = async (client: KubeClient, object: KubeObject): Promise<void> => {
  if (!groupOf(object.apiVersion).endsWith(".example.com")) return;
  await client.apply(crd("gadgets", "Gadget"));
  const isServed = async (): Promise<boolean> => {
    const found = await client.findKind({ group: groupOf(object.apiVersion), kind: object.kind }, { fresh: true });
    return (
      found !== undefined &&
      (await client.list({ group: groupOf(object.apiVersion), kind: object.kind }).then(
        () => true,
        () => false,
      ))
    );
  };
  const deadline = Date.now() + 20_000;
  while (!(await isServed())) if (Date.now() > deadline) throw new Error("The CRD is not served.");
};

describe.each(Object.entries(kinds))("server-side apply of a %s", (_kind, make) => {
  test("with resourceVersion 1 creates what is absent and refuses what is there, even with force", async () => {
    const object = make();
    await serve(cluster.admin, object);
    const first = withMeta(object, { resourceVersion: "1" });
    const created = await cluster.admin.apply(first);
    expect(created.metadata.uid).toBeTruthy();

    for (const force of [false, true]) {
      const error = await failureOf(cluster.admin.apply(withMeta(first, { labels: { changed: "yes" } }), { force }));
      expect(error).toMatchObject({ code: "conflict", details: { reason: "Conflict", status: { code: 409 } } });
      expect(error).not.toHaveProperty("details.conflicts");
    }
    await cluster.admin.delete(refOf(object));
  });

  test("with a uid refuses what is absent and what has another uid, and takes its own", async () => {
    const object = withMeta(make(), {
      name: make().kind === "CustomResourceDefinition" ? make().metadata.name : `${make().metadata.name}-uid`,
    });
    await serve(cluster.admin, object);
    const stranger = withMeta(object, { uid: "00000000-0000-0000-0000-000000000000" });
    const mismatch = { code: "conflict", details: { reason: "UidMismatch" } };
    if ((await cluster.admin.find(refOf(object))) === undefined)
      expect(await failureOf(cluster.admin.apply(stranger))).toMatchObject(mismatch);
    const { metadata } = await cluster.admin.apply(object);
    expect(await failureOf(cluster.admin.apply(stranger))).toMatchObject(mismatch);
    await expect(cluster.admin.apply(withMeta(object, { uid: metadata.uid }))).resolves.toMatchObject({ metadata: { uid: metadata.uid } });
    await cluster.admin.delete(refOf(object));
  });
});

test("of twenty that apply with resourceVersion 1 at once, exactly one creates", async () => {
  const object = withMeta(kinds.ConfigMap!(), { name: "race", resourceVersion: "1" });
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) => cluster.admin.apply(object, { force: true, fieldManager: `racer-${at}` })),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results)
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict", details: { reason: "Conflict" } });
});
