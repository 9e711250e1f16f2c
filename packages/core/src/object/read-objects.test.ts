import { describe, expect, test } from "vitest";
import { parseYaml } from "../yaml/parse.ts";
import { keyOf } from "./object.ts";
import { parseObjects } from "./read-objects.ts";
import { findSourceErrors } from "./source-error.ts";

const read = (text: string) => parseObjects(parseYaml(text, { file: "web.yaml" }), "web.yaml");
const errorsOf = (text: string) => {
  try {
    read(text);
  } catch (error) {
    return findSourceErrors(error) ?? [];
  }
  return [];
};
const messagesOf = (text: string) => errorsOf(text).map(({ document, line, message }) => `${document}:${line} ${message}`);
const placesOf = (text: string) => read(text).map(({ object, origin }) => `${keyOf(object)} ${origin.document}:${origin.line}`);

describe("objects", () => {
  test("know where they stand", () => {
    expect(
      placesOf(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# b\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b, namespace: ns}\n",
      ),
    ).toEqual(["/ConfigMap//a 1:1", "apps/Deployment/ns/b 2:6"]);
  });

  test("of a List, and of a List in it, come out one by one with their lines", () => {
    const text = [
      "apiVersion: v1",
      "kind: List",
      "items:",
      "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
      "- apiVersion: v1",
      "  kind: List",
      "  items: [{apiVersion: v1, kind: Secret, metadata: {name: b}}]",
      "- apiVersion: v1",
      "  kind: PodList",
      "  items: [{metadata: {name: c}}]",
    ].join("\n");
    expect(placesOf(text)).toEqual(["/ConfigMap//a 1:4", "/Secret//b 1:5", "/Pod//c 1:8"]);
  });

  test("of an empty List are none, and a kind that merely ends in List is an object", () => {
    expect(read("apiVersion: v1\nkind: List\n")).toEqual([]);
    expect(read("apiVersion: v1\nkind: List\nitems: []\n")).toEqual([]);
    expect(placesOf("apiVersion: net.example.com/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {}\n")).toEqual([
      "net.example.com/AllowList//a 1:1",
    ]);
  });

  test.each(["windlass.dev/hook: pre-sync", "argocd.argoproj.io/hook: PostSync", "helm.sh/hook: test"])(
    "that are hooks (%s) may have generateName, as often as they like",
    (annotation) => {
      const job = `apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-, annotations: {${annotation}}}\n`;
      expect(read(`${job}---\n${job}`).map(({ object }) => object.metadata.name)).toEqual(["", ""]);
    },
  );

  test.each([
    ["rbac.authorization.k8s.io/v1", "ClusterRole", "system:Node.view"],
    ["example.com/v1", "Thing", "Has_Capitals"],
    ["apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io"],
  ])("of %s %s may be called %s", (apiVersion, kind, name) => {
    expect(read(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: "${name}"}`)).toHaveLength(1);
  });

  test("may have labels without a value, and fields that nobody knows", () => {
    const [sourced] = read("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: }, later: {a: 1}}\nunknown: [1]\n");
    expect(sourced?.object).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", labels: { x: null }, later: { a: 1 } },
      unknown: [1],
    });
  });
});

describe("what is no object is refused", () => {
  test.each([
    ["- a", "the document is a list, not a Kubernetes object"],
    ["a text", "the document is a text, not a Kubernetes object"],
    ["kind: A\nmetadata: {name: a}", "apiVersion is missing"],
    ["apiVersion: 1\nkind: A\nmetadata: {name: a}", "apiVersion is a number, not a text"],
    ["apiVersion: apps/v1/x\nkind: A\nmetadata: {name: a}", 'apiVersion "apps/v1/x" is not of the form GROUP/VERSION'],
    ["apiVersion: Apps/v1\nkind: A\nmetadata: {name: a}", 'apiVersion "Apps/v1" is not of the form GROUP/VERSION'],
    ["apiVersion: v1\nmetadata: {name: a}", "kind is missing"],
    ["apiVersion: v1\nkind: [a]\nmetadata: {name: a}", "kind is a list, not a text"],
    ["apiVersion: v1\nkind: a/b\nmetadata: {name: a}", 'kind "a/b" cannot be a kind'],
    ["apiVersion: v1\nkind: A", "metadata is missing"],
    ["apiVersion: v1\nkind: A\nmetadata: x", "metadata is a text, not a mapping"],
    ["apiVersion: v1\nkind: A\nmetadata: {}", "metadata.name is missing"],
    ["apiVersion: v1\nkind: A\nmetadata: {name: 12}", "metadata.name is a number, not a text"],
    ["apiVersion: v1\nkind: A\nmetadata: {name: on}", "metadata.name is a boolean, not a text"],
    ["apiVersion: v1\nkind: A\nmetadata: {name: My_App}", 'metadata.name "My_App" is no DNS name'],
    ["apiVersion: example.com/v1\nkind: A\nmetadata: {name: ../x}", 'metadata.name "../x" cannot be a name'],
    [`apiVersion: v1\nkind: A\nmetadata: {name: ${"a".repeat(254)}}`, "is no DNS name"],
    ["apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-}", "metadata.generateName would create another object at each sync"],
    ["apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: a.b}", 'metadata.namespace "a.b" is no name of a namespace'],
    ["apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: 1}", "metadata.namespace is a number, not a text"],
    ["apiVersion: v1\nkind: A\nmetadata: {name: a, labels: [x]}", "metadata.labels is a list, not a mapping"],
    ['apiVersion: v1\nkind: A\nmetadata: {name: a, labels: {"a/b": 1.0}}', 'metadata.labels["a/b"] is a number, not a text'],
    ["apiVersion: v1\nkind: A\nmetadata: {name: a, annotations: {x: true}}", 'metadata.annotations["x"] is a boolean, not a text'],
    ["apiVersion: v1\nkind: A\nmetadata: {name: a, annotations: {x: {}}}", 'metadata.annotations["x"] is a mapping, not a text'],
  ])("%j", (text, message) => {
    expect(messagesOf(text)).toEqual([expect.stringContaining(message)]);
  });

  test("all at once, each with its line", () => {
    const text = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  labels:\n    one: 1\n    two: 2\n---\nkind: B\nmetadata:\n  name: 3\n";
    expect(messagesOf(text)).toEqual([
      '1:6 metadata.labels["one"] is a number, not a text',
      '1:7 metadata.labels["two"] is a number, not a text',
      "2:9 apiVersion is missing",
      "2:11 metadata.name is a number, not a text",
    ]);
  });

  test("when it stands twice, naming both places", () => {
    const config = (name: string, version: string) => `apiVersion: ${version}\nkind: Ingress\nmetadata: {name: ${name}}\n`;
    expect(
      messagesOf(
        `${config("a", "networking.k8s.io/v1")}---\n${config("b", "networking.k8s.io/v1")}---\n${config("a", "networking.k8s.io/v1beta1")}`,
      ),
    ).toEqual(["3:9 Ingress a is defined twice, first in web.yaml:1 (document 1)"]);
  });

  test("in a list of a thousand broken items without delay", () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n${"- {kind: A}\n".repeat(5000)}`;
    const started = performance.now();
    expect(errorsOf(text)).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
