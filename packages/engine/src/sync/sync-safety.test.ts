import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeClient } from "../kube/types.ts";
import {
  type TestPlacement,
  configMap,
  connect,
  createNamespace,
  createPlacement,
  deployment,
  editByHand,
  errorOf,
  failureOf,
  newId,
} from "./sync.test-support.ts";

let kube: KubeClient;
const place = async (label: string, name?: string): Promise<TestPlacement> =>
  createPlacement(kube, await createNamespace(kube, label), name);
const service = (name: string, spec: Readonly<Record<string, unknown>>) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec,
});
const maps = (count: number) => Array.from({ length: count }, (_, index) => configMap(`map-${index}`, { n: String(index) }));

beforeAll(async () => {
  kube = await connect();
});
afterAll(async () => {
  await kube.close();
});

describe("a sync", () => {
  it("creates what is missing and finds nothing to do the second time", async () => {
    const web = await place("first");
    const first = await web.sync([configMap("a", { x: "1" }), deployment("api")], { revision: "r1" });
    expect(web.outcomes(first)).toEqual(["created ConfigMap/a", "created Deployment/api"]);
    const before = kube.requestCounts["apply"];
    const second = await web.sync([configMap("a", { x: "1" }), deployment("api")], { revision: "r1" });
    expect(web.outcomes(second)).toEqual(["unchanged ConfigMap/a", "unchanged Deployment/api"]);
    expect(kube.requestCounts["apply"]).toBe(before);
  });

  it("takes back a field that somebody changed, and an object that somebody deleted", async () => {
    const web = await place("drift");
    const objects = [configMap("a", { x: "1" }), configMap("b", { y: "1" })];
    await web.sync(objects);
    await editByHand(kube, configMap("a", {}), web.namespace, "a", { data: { x: "by hand" } });
    await kube.delete({ group: "", kind: "ConfigMap", namespace: web.namespace, name: "b" });
    const result = await web.sync(objects);
    expect(result.results.map(({ ref, note }) => `${ref.name} ${note}`).toSorted()).toEqual(["a drifted", "b missing"]);
    expect((await web.find("ConfigMap/a"))?.["data"]).toEqual({ x: "1" });
    expect(await web.find("ConfigMap/b")).toBeDefined();
  });

  it("leaves fields alone that others added and we never set", async () => {
    const web = await place("foreign");
    await web.sync([configMap("a", { x: "1" })]);
    await editByHand(kube, configMap("a", {}), web.namespace, "a", { data: { theirs: "kept" } });
    await web.sync([configMap("a", { x: "2" })]);
    expect((await web.find("ConfigMap/a"))?.["data"]).toEqual({ x: "2", theirs: "kept" });
  });

  it("makes a namespace, a CRD and what needs them in one go", async () => {
    const id = newId();
    const group = `t${id}.example.com`;
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `lamps.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind: "Lamp", plural: "lamps" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { on: { type: "boolean" } } } } },
            },
          },
        ],
      },
    };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: `own-${id}` } };
    const web = createPlacement(kube, `own-${id}`);
    const result = await web.sync([
      { apiVersion: `${group}/v1`, kind: "Lamp", metadata: { name: "desk" }, spec: { on: true } },
      crd,
      namespace,
    ]);
    expect(result.errors).toEqual([]);
    expect(web.outcomes(result)).toEqual([
      `created CustomResourceDefinition/lamps.${group}`,
      "created Lamp/desk",
      `created Namespace/own-${id}`,
    ]);
  });

  it("says which namespace is missing when nothing brings it", async () => {
    const failure = await createPlacement(kube, "nowhere-at-all")
      .sync([configMap("a", {})])
      .then(({ errors }) => errors[0]);
    expect(failure).toMatchObject({ code: "not_found", message: "namespace nowhere-at-all does not exist" });
  });

  it("changes nothing in a dry run", async () => {
    const web = await place("dry");
    const result = await web.sync([configMap("a", {})], { dryRun: true });
    expect(web.outcomes(result)).toEqual(["created ConfigMap/a"]);
    expect(await web.find("ConfigMap/a")).toBeUndefined();
    expect(await web.find("Secret/windlass-web")).toBeUndefined();
  });

  it("refuses to record when another sync recorded meanwhile", async () => {
    const web = await place("race");
    const other = createPlacement(kube, web.namespace);
    let raced = false;
    const result = await web.sync([configMap("a", {})], {
      checkpoint: async (name: string) => {
        if (name !== "planned" || raced) return;
        raced = true;
        await other.sync([configMap("b", {})]);
      },
    });
    expect(result.outcome).toBe("failed");
    expect(result.errors[0]).toMatchObject({ code: "conflict" });
    expect(await web.find("ConfigMap/a")).toBeUndefined();
  });
});

describe("errors", () => {
  it("are all reported, and one bad object does not block the others", async () => {
    const web = await place("bad");
    const result = await web.sync([
      configMap("good", { x: "1" }),
      deployment("typo", { replicaz: 2 }),
      service("empty", { ports: [] }),
      { apiVersion: "shop.example.com/v1", kind: "Ghost", metadata: { name: "g" } },
    ]);
    expect(web.outcomes(result)).toEqual(["created ConfigMap/good", "failed Deployment/typo", "failed Ghost/g", "failed Service/empty"]);
    expect(errorOf(result, "typo")?.message).toContain("spec.replicaz");
    expect(errorOf(result, "g")?.message).toContain("app.yaml:4");
    expect(result.outcome).toBe("failed");
  });

  it("in atomic mode keep everything as it was", async () => {
    const web = await place("atomic");
    const result = await web.sync([configMap("good", { x: "1" }), deployment("typo", { replicaz: 2 })], { rules: { atomic: true } });
    expect(result.outcome).toBe("failed");
    expect(await web.find("ConfigMap/good")).toBeUndefined();
    expect(await web.find("Secret/windlass-web")).toBeUndefined();
  });
});

describe("force", () => {
  const port = { selector: { app: "x" }, ports: [{ port: 80 }] };

  it("does not delete a Service that the source made invalid", async () => {
    const web = await place("force");
    await web.sync([service("api", port)]);
    const before = await web.find("Service/api");
    const result = await web.sync([service("api", { selector: { app: "x" }, ports: [] })], { rules: { force: true } });
    expect(errorOf(result, "api")?.code).toBe("invalid");
    expect((await web.find("Service/api"))?.metadata.uid).toBe(before?.metadata.uid);
  });

  it("deletes and creates anew what has an immutable field, and only with force", async () => {
    const web = await place("immut");
    const object = (app: string) =>
      deployment("api", {
        selector: { matchLabels: { app } },
        template: { metadata: { labels: { app } }, spec: { containers: [{ name: "main", image: "registry.example/app:1.0.0" }] } },
      });
    await web.sync([object("one")]);
    const before = await web.find("apps/Deployment/api");
    const refused = await web.sync([object("two")]);
    expect(errorOf(refused, "api")?.remedy).toContain("--force");
    expect((await web.find("apps/Deployment/api"))?.metadata.uid).toBe(before?.metadata.uid);
    const forced = await web.sync([object("two")], { rules: { force: true } });
    expect(forced.outcome).toBe("succeeded");
    expect(forced.results[0]?.note).toContain("recreated");
    expect((await web.find("apps/Deployment/api"))?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(web.outcomes(await web.sync([object("two")]))).toEqual(["unchanged Deployment/api"]);
  });

  it("keeps what stands when the new object would be refused as well", async () => {
    const web = await place("probe");
    await web.sync([deployment("api")]);
    const before = await web.find("apps/Deployment/api");
    const result = await web.sync([deployment("api", { selector: { matchLabels: { app: "other" } } })], { rules: { force: true } });
    expect(result.outcome).toBe("failed");
    expect((await web.find("apps/Deployment/api"))?.metadata.uid).toBe(before?.metadata.uid);
  });

  it("asks a StatefulSet for its own consent", async () => {
    const web = await place("sts");
    const object = (serviceName: string, annotations = {}) => ({
      ...deployment("db"),
      kind: "StatefulSet",
      metadata: { name: "db", annotations },
      spec: { ...(deployment("db")["spec"] as object), serviceName },
    });
    await web.sync([object("one")]);
    const before = await web.find("apps/StatefulSet/db");
    expect(errorOf(await web.sync([object("two")], { rules: { force: true } }), "db")?.remedy).toContain("windlass.dev/recreate");
    expect((await web.find("apps/StatefulSet/db"))?.metadata.uid).toBe(before?.metadata.uid);
    const consented = await web.sync([object("two", { "windlass.dev/recreate": "true" })], { rules: { force: true } });
    expect(consented.outcome).toBe("succeeded");
  });
});

describe("prune", () => {
  it("deletes what left the source, and nothing when it is off", async () => {
    const web = await place("prune");
    await web.sync(maps(2));
    const off = await web.sync(maps(1), { rules: { prune: false } });
    expect(web.outcomes(off)).toEqual(["skipped ConfigMap/map-1", "unchanged ConfigMap/map-0"]);
    expect(await web.find("ConfigMap/map-1")).toBeDefined();
    const on = await web.sync(maps(1));
    expect(web.outcomes(on)).toContain("deleted ConfigMap/map-1");
    expect(await web.find("ConfigMap/map-1")).toBeUndefined();
  });

  it("stops and asks before it deletes more than half and more than five, and an approval covers that set only", async () => {
    const web = await place("guard");
    await web.sync(maps(10));
    const stopped = await web.sync(maps(3));
    expect(stopped).toMatchObject({
      outcome: "blocked",
      blocked: { reason: "7 of 10 objects would be deleted, more than 50 % in one sync" },
    });
    expect(await web.find("ConfigMap/map-9")).toBeDefined();
    const approvedPrune = stopped.blocked?.approval ?? "";
    expect((await web.sync(maps(2), { rules: { approvedPrune } })).outcome).toBe("blocked");
    expect((await web.sync(maps(3), { rules: { approvedPrune } })).outcome).toBe("succeeded");
    expect(await web.find("ConfigMap/map-9")).toBeUndefined();
  });

  it("never deletes a Namespace unasked", async () => {
    const id = newId();
    const web = await place("nsguard");
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: `precious-${id}` } };
    await web.sync([configMap("a", {}), namespace]);
    expect((await web.sync([configMap("a", {})])).blocked?.reason).toContain(`Namespace precious-${id}`);
    expect(await kube.find({ group: "", kind: "Namespace", namespace: "", name: `precious-${id}` })).toBeDefined();
  });

  it("never follows from an empty source", async () => {
    const web = await place("empty");
    await web.sync(maps(1));
    expect((await web.sync([])).outcome).toBe("blocked");
    expect(await web.find("ConfigMap/map-0")).toBeDefined();
  });

  it("does not delete what another placement has taken over or whose label somebody removed", async () => {
    const web = await place("moved");
    const other = createPlacement(kube, web.namespace, "other");
    await web.sync([configMap("keep", {}), configMap("moved", {}), configMap("freed", {})]);
    expect((await other.sync([configMap("moved", {})], { rules: { adopt: true } })).outcome).toBe("succeeded");
    await editByHand(kube, configMap("freed", {}), web.namespace, "freed", {
      metadata: { labels: { "applyset.kubernetes.io/part-of": null } },
    });
    const result = await web.sync([configMap("keep", {})]);
    expect(result.outcome).toBe("succeeded");
    expect(await web.find("ConfigMap/moved")).toBeDefined();
    expect(await web.find("ConfigMap/freed")).toBeDefined();
  });

  it("waits for what is new to be healthy, and keeps the old when it does not get so", async () => {
    const web = await place("order");
    await web.sync([configMap("old", {})]);
    const result = await web.sync(
      [
        deployment("stuck", {
          template: {
            metadata: { labels: { app: "stuck" }, annotations: { "kwok.x-k8s.io/usage-cpu": "0" } },
            spec: { nodeSelector: { nowhere: "true" }, containers: [{ name: "main", image: "registry.example/app:1.0.0" }] },
          },
        }),
      ],
      { timeoutMs: 3_000 },
    );
    expect(result.outcome).toBe("failed");
    expect(await web.find("ConfigMap/old")).toBeDefined();
  });
});

describe("ownership", () => {
  it("of another placement is not taken silently", async () => {
    const web = await place("owner");
    const other = createPlacement(kube, web.namespace, "other");
    await web.sync([configMap("shared", { x: "1" })]);
    const refused = await other.sync([configMap("shared", { x: "2" })]);
    expect(errorOf(refused, "shared")).toMatchObject({ code: "conflict" });
    expect(errorOf(refused, "shared")?.message).toContain(`placement ${web.namespace}/web`);
    expect((await web.find("ConfigMap/shared"))?.["data"]).toEqual({ x: "1" });
  });

  it("of Helm and of kubectl needs an adoption, which removes what they had and the source has not", async () => {
    const web = await place("adopt");
    await kube.create(
      {
        ...configMap(
          "chart",
          { x: "1", old: "1" },
          { annotations: { "meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "prod" } },
        ),
        metadata: {
          name: "chart",
          namespace: web.namespace,
          annotations: { "meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "prod" },
        },
      },
      { fieldManager: "helm" },
    );
    expect(errorOf(await web.sync([configMap("chart", { x: "2" })]), "chart")?.message).toContain("Helm release prod/shop");
    const adopted = await web.sync([configMap("chart", { x: "2" })], { rules: { adopt: true } });
    expect(adopted.results[0]?.note).toBe("adopted from Helm release prod/shop");
    expect((await web.find("ConfigMap/chart"))?.["data"]).toEqual({ x: "2" });
  });

  it("yields replicas to an autoscaler of the same set", async () => {
    const web = await place("hpa");
    const hpa = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "api" },
      spec: {
        maxReplicas: 9,
        minReplicas: 2,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
      },
    };
    await web.sync([deployment("api", { replicas: 2 }), hpa]);
    await editByHand(kube, deployment("api"), web.namespace, "api", { spec: { replicas: 5 } });
    await web.sync([deployment("api", { replicas: 2 }), hpa]);
    const live = await web.find("apps/Deployment/api");
    expect((live?.["spec"] as { replicas: number }).replicas).toBe(5);
    expect(web.outcomes(await web.sync([deployment("api", { replicas: 2 }), hpa]))).toContain("unchanged Deployment/api");
  });
});

describe("a kind whose conversion webhook is broken", () => {
  it("makes only its own objects fail, and none of them is pruned", async () => {
    const web = await place("conv");
    const group = `t${newId()}.example.com`;
    const version = (name: string, storage: boolean) => ({
      name,
      served: true,
      storage,
      schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
    });
    const crd = (conversion: object) => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `gears.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind: "Gear", plural: "gears" },
        versions: [version("v1", true), version("v2", false)],
        conversion,
      },
    });
    const gear = { apiVersion: `${group}/v2`, kind: "Gear", metadata: { name: "g" }, spec: { teeth: 8 } };
    await web.sync([crd({ strategy: "None" }), gear, configMap("a", { x: "1" })]);
    const broken = {
      strategy: "Webhook",
      webhook: { conversionReviewVersions: ["v1"], clientConfig: { url: "https://127.0.0.1:1/convert" } },
    };
    await web.sync([crd(broken), gear, configMap("a", { x: "2" })]);
    // The API server takes a moment to use the new conversion.
    const list = () => kube.list({ group, kind: "Gear", version: "v2", namespace: web.namespace }, { timeoutMs: 2_000 });
    await expect
      .poll(
        () =>
          list().then(
            () => "fine",
            () => "broken",
          ),
        { timeout: 30_000 },
      )
      .toBe("broken");
    const result = await web.sync([crd(broken), configMap("a", { x: "3" })]);
    expect(result.results.find(({ ref }) => ref.name === "a")?.outcome).toBe("configured");
    expect(result.inventory?.entries.map(({ kind }) => kind)).toContain("Gear");
    await kube.delete({ group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", namespace: "", name: `gears.${group}` });
  });
});

it("a Secret of somebody else under the record's name is left alone", async () => {
  const web = await place("squat");
  await kube.create({ apiVersion: "v1", kind: "Secret", metadata: { name: "windlass-web", namespace: web.namespace }, data: {} });
  expect(await failureOf(web.sync([configMap("a", {})]))).toMatchObject({ code: "conflict" });
});
