import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { canonicalJson } from "./canonical.ts";
import type { KubeObject } from "./object.ts";
import { type NormaliseOptions, normalise } from "./normalise.ts";

const options: NormaliseOptions = { namespaced: true, defaultNamespace: "shop", labels: {} };
const object = (apiVersion: string, kind: string, fields: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "a", namespace: "n", ...metadata },
  ...fields,
});

describe("Secrets", () => {
  test("have their stringData as data, over data of the same key, and unchanged data beside it", () => {
    const secret = object("v1", "Secret", { data: { a: "b2xk", b: "Yg==" }, stringData: { a: "new", c: "ü€😀", d: null } });
    expect(normalise(secret, options)).toEqual(object("v1", "Secret", { data: { a: "bmV3", b: "Yg==", c: "w7zigqzwn5iA", d: "" } }));
  });

  test("with a stringData that is no text are left for the API server to refuse", () => {
    const secret = object("v1", "Secret", { stringData: { a: 1 } });
    expect(normalise(secret, options)).toBe(secret);
  });

  test("of another group are none", () => {
    const other = object("example.com/v1", "Secret", { stringData: { a: "b" } });
    expect(normalise(other, options)).toBe(other);
  });
});

describe("ports get their protocol", () => {
  const ports = [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }];
  const filled = [
    { containerPort: 80, protocol: "TCP" },
    { containerPort: 53, protocol: "UDP" },
  ];
  const podSpec = (list: object[]) => ({
    containers: [{ name: "a", ports: list }, { name: "b" }],
    initContainers: [{ ports: list }],
    ephemeralContainers: [{ ports: list }],
  });

  test.each([
    ["v1", "Pod", (spec: object) => ({ spec })],
    ["v1", "PodTemplate", (spec: object) => ({ template: { spec } })],
    ["v1", "ReplicationController", (spec: object) => ({ spec: { template: { spec } } })],
    ["apps/v1", "Deployment", (spec: object) => ({ spec: { template: { spec } } })],
    ["apps/v1", "ReplicaSet", (spec: object) => ({ spec: { template: { spec } } })],
    ["apps/v1", "StatefulSet", (spec: object) => ({ spec: { template: { spec } } })],
    ["apps/v1", "DaemonSet", (spec: object) => ({ spec: { template: { spec } } })],
    ["batch/v1", "Job", (spec: object) => ({ spec: { template: { spec } } })],
    ["batch/v1", "CronJob", (spec: object) => ({ spec: { jobTemplate: { spec: { template: { spec } } } } })],
  ])("in the containers of a %s %s", (apiVersion, kind, place) => {
    expect(normalise(object(apiVersion, kind, place(podSpec(ports))), options)).toEqual(object(apiVersion, kind, place(podSpec(filled))));
  });

  test("in a Service, and nowhere else", () => {
    const spec = { ports: [{ port: 80 }, { port: 81, protocol: "" }, { port: 82, protocol: null }] };
    expect(normalise(object("v1", "Service", { spec }), options)["spec"]).toEqual({
      ports: [80, 81, 82].map((port) => ({ port, protocol: "TCP" })),
    });
    const knative = object("serving.knative.dev/v1", "Service", { spec });
    expect(normalise(knative, options)).toBe(knative);
  });

  test("and whatever stands in their place instead is left alone", () => {
    const odd = object("v1", "Pod", { spec: { containers: [null, { ports: "x" }, { ports: [1, null] }, []] } });
    expect(normalise(odd, options)).toBe(odd);
  });
});

describe("what the server writes is left out", () => {
  test("status, but of CRDs", () => {
    expect(normalise(object("apps/v1", "Deployment", { status: { replicas: 1 } }), options)).toEqual(object("apps/v1", "Deployment"));
    const crd = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", { status: { storedVersions: [] } });
    expect(normalise(crd, options)["status"]).toEqual({ storedVersions: [] });
  });

  test("metadata of a live object", () => {
    const owned = {
      uid: "u",
      resourceVersion: "1",
      generation: 2,
      managedFields: [],
      selfLink: "/x",
      creationTimestamp: "2024-01-01T00:00:00Z",
      deletionTimestamp: null,
    };
    const metadata = { finalizers: ["f"], ownerReferences: [{ uid: "o" }], annotations: { a: "b" } };
    expect(normalise(object("v1", "ConfigMap", {}, { ...owned, ...metadata }), options)).toEqual(object("v1", "ConfigMap", {}, metadata));
  });

  test("creationTimestamp: null of every template, while a CR may have one", () => {
    const blank = { creationTimestamp: null, labels: { a: "b" } };
    const cronJob = object(
      "batch/v1",
      "CronJob",
      { spec: { jobTemplate: { metadata: blank, spec: { template: { metadata: blank } } } } },
      { creationTimestamp: null },
    );
    const template = { metadata: { labels: { a: "b" } } };
    expect(normalise(cronJob, options)).toEqual(
      object("batch/v1", "CronJob", { spec: { jobTemplate: { ...template, spec: { template } } } }),
    );
    const claims = (metadata: object) => object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [{ metadata }] } });
    expect(normalise(claims(blank), options)).toEqual(claims({ labels: { a: "b" } }));
    const custom = object("example.com/v1", "Thing", { spec: { template: { metadata: { creationTimestamp: null } } } });
    expect(normalise(custom, options)).toBe(custom);
  });
});

describe("namespace and labels", () => {
  test("a namespaced object without a namespace gets the default one, and keeps its own", () => {
    for (const namespace of [undefined, null, ""]) {
      expect(normalise(object("v1", "ConfigMap", {}, { namespace }), options).metadata.namespace).toBe("shop");
    }
    expect(normalise(object("v1", "ConfigMap"), options).metadata.namespace).toBe("n");
  });

  test("a cluster-scoped object loses its namespace", () => {
    expect(normalise(object("v1", "Namespace"), { ...options, namespaced: false }).metadata).toEqual({ name: "a" });
  });

  test("our labels are added to the object's own and win over them", () => {
    const labelled = normalise(object("v1", "ConfigMap", {}, { labels: { app: "web", of: "x" } }), { ...options, labels: { of: "us" } });
    expect(labelled.metadata.labels).toEqual({ app: "web", of: "us" });
  });

  test("labels and annotations without a value are empty texts, as the API server has it", () => {
    const { metadata } = normalise(object("v1", "ConfigMap", {}, { labels: { a: null }, annotations: null }), options);
    expect(metadata).toEqual({ name: "a", namespace: "n", labels: { a: "" } });
  });
});

describe("a CRD's conversion caBundle", () => {
  const crd = (caBundle: unknown) =>
    object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
      spec: { conversion: { webhook: { clientConfig: { caBundle, url: "https://x" } } } },
    });
  const certificate = encodeBase64("-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgI=\n-----END CERTIFICATE-----\n");

  test.each(["Cg==", "", "xyz", "bm8gY2VydGlmaWNhdGU=", null, 1])("%j is dropped", (caBundle) => {
    expect(normalise(crd(caBundle), options)["spec"]).toEqual({ conversion: { webhook: { clientConfig: { url: "https://x" } } } });
  });

  test("is kept when it is a certificate", () => {
    const valid = crd(certificate);
    expect(normalise(valid, options)).toBe(valid);
  });
});

describe("normalise", () => {
  const kinds = [
    ["v1", "Pod"],
    ["v1", "Service"],
    ["v1", "Secret"],
    ["apps/v1", "Deployment"],
    ["apps/v1", "StatefulSet"],
    ["batch/v1", "CronJob"],
    ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
    ["example.com/v1", "Thing"],
  ] as const;
  const names =
    "spec template jobTemplate metadata containers ports protocol creationTimestamp status stringData data conversion webhook clientConfig caBundle volumeClaimTemplates labels other".split(
      " ",
    );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 7 },
      fc.constantFrom(null, "", "x", 1, true),
      fc.array(tie("json"), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...names), tie("json"), { maxKeys: 4 }),
    ),
  }));
  const anyObject = fc
    .tuple(
      fc.constantFrom(...kinds),
      fc.dictionary(fc.constantFrom(...names), json),
      fc.dictionary(fc.constantFrom("labels", "uid", "namespace", "extra"), json),
    )
    .map(([[apiVersion, kind], fields, metadata]) => object(apiVersion, kind, { ...fields, metadata: { ...metadata, name: "a" } }));
  const anyOptions = fc.record({
    namespaced: fc.boolean(),
    defaultNamespace: fc.constant("shop"),
    labels: fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("x", "y")),
  });

  const deepFreeze = <T>(value: T): T => {
    if (typeof value === "object" && value !== null) for (const field of Object.values(Object.freeze(value))) deepFreeze(field);
    return value;
  };

  test("changes nothing the second time, and shares everything then", () => {
    fc.assert(
      fc.property(anyObject, anyOptions, (input, settings) => {
        const once = normalise(input, settings);
        expect(normalise(once, settings)).toBe(once);
      }),
    );
  });

  test("never mutates its input", () => {
    fc.assert(
      fc.property(anyObject, anyOptions, (input, settings) => {
        const before = canonicalJson(input);
        normalise(deepFreeze(input), settings);
        expect(canonicalJson(input)).toBe(before);
      }),
    );
  });

  test("keeps every field of a kind that no rule names, and shares it", () => {
    fc.assert(
      fc.property(json, (spec) => {
        const input = object("example.com/v1", "Thing", { spec, other: [spec] });
        expect(normalise(input, { ...options, labels: { a: "x" } })["spec"]).toBe(spec);
      }),
    );
  });
});

describe("canonicalJson", () => {
  test("is the same for the same fields in any order, and parses back", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("writes whole integers, and tells a text from a number", () => {
    expect(canonicalJson({ b: 18_446_744_073_709_551_615n, a: ["1", 1, null] })).toBe('{"a":["1",1,null],"b":18446744073709551615}');
  });
});

describe("base64", () => {
  test("of a text is what Node makes of it, and back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(encodeBase64(text)).toBe(Buffer.from(text).toString("base64"));
        expect(decodeBase64(encodeBase64(text))).toBe(text);
      }),
    );
  });
});
