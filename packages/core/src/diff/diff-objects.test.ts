import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../object/canonical.ts";
import type { KubeObject } from "../object/object.ts";
import { diffObjects } from "./diff-objects.ts";
import { formatDiff } from "./format-diff.ts";
import { maskSecrets } from "./mask.ts";

const object = (fields: object, metadata: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name: "a", ...metadata },
  ...fields,
});
const diff = (before: object, after: object) => diffObjects(object(before), object(after));

describe("a diff", () => {
  test("names each field that differs, with both values", () => {
    expect(diff({ spec: { replicas: 1, paused: true, same: [1] } }, { spec: { replicas: 2, same: [1], image: "x" } })).toEqual([
      { path: "spec.image", after: "x" },
      { path: "spec.paused", before: true },
      { path: "spec.replicas", before: 1, after: 2 },
    ]);
  });

  test("leaves out what only the server writes", () => {
    const live = { uid: "u", resourceVersion: "1", generation: 1, managedFields: [], creationTimestamp: "t" };
    expect(
      diffObjects(object({ status: { a: 1 } }, live), object({ status: { a: 2 } }, { ...live, generation: 2, resourceVersion: "2" })),
    ).toEqual([]);
  });

  test("matches list items by name, whatever their place, and says so when the order alone differs", () => {
    const containers = [
      { name: "api", image: "a:1" },
      { name: "proxy", image: "p" },
    ];
    expect(
      diff(
        { spec: { containers } },
        {
          spec: {
            containers: [
              { name: "log", image: "l" },
              { name: "api", image: "a:2" },
            ],
          },
        },
      ),
    ).toEqual([
      { path: "spec.containers[name=api].image", before: "a:1", after: "a:2" },
      { path: "spec.containers[name=proxy]", before: { name: "proxy", image: "p" } },
      { path: "spec.containers[name=log]", after: { name: "log", image: "l" } },
    ]);
    expect(diff({ spec: { containers } }, { spec: { containers: containers.toReversed() } })).toEqual([
      { path: "spec.containers[order]", before: ["name=api", "name=proxy"], after: ["name=proxy", "name=api"] },
    ]);
  });

  test.each([
    [
      "ports",
      [
        { containerPort: 53, protocol: "TCP" },
        { containerPort: 53, protocol: "UDP", hostPort: 1 },
      ],
      "ports[containerPort=53,protocol=UDP].hostPort",
    ],
    [
      "volumeMounts",
      [
        { name: "x", mountPath: "/a" },
        { name: "x", mountPath: "/b", hostPort: 1 },
      ],
      "volumeMounts[mountPath=/b].hostPort",
    ],
    ["args", [{ a: 1 }, { a: 1, hostPort: 1 }], "args[1].hostPort"],
  ])("matches %s", (field, items, path) => {
    const changed = items.map((item) => ("hostPort" in item ? { ...item, hostPort: 2 } : item));
    expect(diff({ [field]: items }, { [field]: changed })).toEqual([{ path, before: 1, after: 2 }]);
  });

  test("shows a list whole where items without identity came or went", () => {
    expect(diff({ args: ["a", "b"] }, { args: ["x", "a", "b"] })).toEqual([{ path: "args", before: ["a", "b"], after: ["x", "a", "b"] }]);
    expect(diff({ args: ["a", "b"] }, { args: ["a", "c"] })).toEqual([{ path: "args[1]", before: "b", after: "c" }]);
  });

  test("quotes field names that a path could not hold", () => {
    expect(
      diffObjects(object({}, { labels: { "app.kubernetes.io/name": "a" } }), object({}, { labels: { "app.kubernetes.io/name": "b" } }))[0]
        ?.path,
    ).toBe('metadata.labels["app.kubernetes.io/name"]');
  });

  test("of a new object shows all of it, and of a vanished one too", () => {
    const thing = object({ spec: 1 });
    expect(diffObjects(undefined, thing).map(({ path }) => path)).toEqual(["apiVersion", "kind", "metadata", "spec"]);
    expect(diffObjects(thing, undefined).map(({ after }) => after)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("tells integers beyond 2^53 apart, and an empty field from none", () => {
    expect(diff({ a: 9_007_199_254_740_993n }, { a: 9_007_199_254_740_992n })).toHaveLength(1);
    expect(diff({ a: {} }, {})).toEqual([{ path: "a", before: {} }]);
    expect(diff({ a: null }, {})).toEqual([{ path: "a", before: null }]);
  });

  test("is empty for equal objects, and never for others", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (one, other) => {
        expect(diff({ spec: one }, { spec: structuredClone(one) })).toEqual([]);
        expect(diff({ spec: one }, { spec: other }).length === 0).toBe(canonicalJson(one) === canonicalJson(other));
      }),
    );
  });
});

describe("Secrets", () => {
  const copy = "kubectl.kubernetes.io/last-applied-configuration";
  const secret = (fields: object, annotations?: object): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "a", ...(annotations === undefined ? {} : { annotations: { ...annotations } }) },
    ...fields,
  });

  test("show which values differ, and none of them", () => {
    expect(
      diffObjects(secret({ data: { a: "aGk=", b: "aGk=", c: "aGk=" } }), secret({ data: { a: "aGk=", b: "aG8=", d: "aGk=" } })),
    ).toEqual([
      { path: "data.b", before: "(secret)", after: "(secret, changed)" },
      { path: "data.c", before: "(secret)" },
      { path: "data.d", after: "(secret)" },
    ]);
  });

  test("show their values only where masking is switched off", () => {
    expect(diffObjects(secret({ data: { a: "1" } }), secret({ data: { a: "2" } }), { mask: false })).toEqual([
      { path: "data.a", before: "1", after: "2" },
    ]);
  });

  test("are masked in full, with the copy that kubectl keeps, and keep their keys", () => {
    expect(
      maskSecrets(
        secret({ type: "Opaque", data: { a: "aGk=" }, stringData: { b: "hi" } }, { [copy]: '{"data":{"a":"aGk="}}', other: "x" }),
      ),
    ).toEqual(secret({ type: "Opaque", data: { a: "(secret)" }, stringData: { b: "(secret)" } }, { [copy]: "(secret)", other: "x" }));
    expect(maskSecrets(secret({ data: "odd" }))).toEqual(secret({ data: "(secret)" }));
  });

  test("of other groups, and other kinds, are shown", () => {
    const sealed = { ...secret({ data: { a: "b" } }), apiVersion: "example.com/v1" };
    expect(maskSecrets(sealed)).toBe(sealed);
  });

  test("never let a value through, however it changes", () => {
    const marker = fc.string({ minLength: 1, maxLength: 5 }).map((text) => `MARK${text}`);
    const value = fc.oneof(marker, fc.dictionary(fc.string(), marker), fc.array(marker));
    const data = fc.option(fc.oneof(fc.dictionary(fc.constantFrom("a", "b", "__proto__"), value), value), { nil: undefined });
    const anySecret = fc.tuple(data, data, fc.option(marker, { nil: undefined })).map(([values, texts, annotation]) => {
      const fields = { ...(values === undefined ? {} : { data: values }), ...(texts === undefined ? {} : { stringData: texts }) };
      return secret(fields, annotation === undefined ? undefined : { [copy]: annotation });
    });
    fc.assert(
      fc.property(fc.option(anySecret, { nil: undefined }), fc.option(anySecret, { nil: undefined }), (live, merged) => {
        const changes = diffObjects(live, merged);
        expect(JSON.stringify(changes)).not.toContain("MARK");
        expect(formatDiff(changes)).not.toContain("MARK");
        expect(changes.length === 0).toBe(diffObjects(live, merged, { mask: false }).length === 0);
      }),
    );
  });
});

describe("formatDiff", () => {
  test("writes a line for each short change", () => {
    expect(formatDiff(diff({ spec: { replicas: 1, old: "x" } }, { spec: { replicas: 2, image: "web:1" } }))).toBe(
      '+ spec.image: "web:1"\n- spec.old: "x"\n~ spec.replicas: 1 → 2\n',
    );
  });

  test("writes the lines of a text that differ, with a little of what stands around them", () => {
    const text = (line: string) => ["1", "2", "3", line, "5", "6", "7", ""].join("\n");
    expect(formatDiff(diff({ data: text("4") }, { data: text("four") }))).toBe(
      "~ data:\n      2\n      3\n    - 4\n    + four\n      5\n      6\n",
    );
  });

  test("writes a subtree as YAML", () => {
    const limits = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "1Gi", "example.com/gpu": "yes" };
    expect(formatDiff(diff({}, { limits }))).toBe(
      "+ limits:\n    + cpu: 100m\n    + ephemeral-storage: 1Gi\n    + example.com/gpu: 'yes'\n    + memory: 128Mi\n",
    );
  });

  test("lets no control character through to a terminal", () => {
    const text = formatDiff(diff({ a: "\u001b[31m", b: "x\n\u001b[2J\u009b\u202e" }, { a: "b" }));
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_C}]/u);
    expect(text).toContain("\\u001b[2J\\u009b\\u202e");
  });
});
