import { expect, test } from "vitest";
import { readLiveObjects } from "./read-live.ts";

const namesOf = (text: string): readonly string[] =>
  readLiveObjects(text, "stdin").objects.map(({ object }) => `${object.kind}/${object.metadata.name}`);

const pod = (name: string): string => JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name } });
const pretty = (name: string): string => JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name } }, null, 2);
const yaml = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

test.each([
  ["JSON lines", `${pod("a")}\n${pod("b")}\n`],
  ["JSON lines with empty lines between them", `\n${pod("a")}\n\n${pod("b")}`],
  ["JSON values over several lines, one after the other", `${pretty("a")}\n${pretty("b")}\n`],
  ["YAML documents", `---\n${yaml("a")}---\n# nothing here\n---\n${yaml("b")}`],
  ["YAML and JSON mixed", `${yaml("a")}---\n${pod("b")}\n`],
  [
    "a List, as kubectl get prints it",
    JSON.stringify({ apiVersion: "v1", kind: "List", items: [JSON.parse(pod("a")), JSON.parse(pod("b"))] }),
  ],
  ["a byte order mark first", `\uFEFF${pod("a")}\n${pod("b")}`],
])("objects are read in their order from %s", (_what, text) => {
  expect(namesOf(text)).toEqual(["Pod/a", "Pod/b"]);
});

test("a broken line of JSON hides no other, and is named with its line", () => {
  const { objects, errors } = readLiveObjects(`${pod("a")}\n{"apiVersion": \n${pod("b")}\n`, "stdin");
  expect(objects.map(({ object }) => object.metadata.name)).toEqual(["a", "b"]);
  expect(errors).toMatchObject([{ file: "stdin", document: 2, line: 2, message: expect.stringContaining("not valid JSON") }]);
});

test("a broken YAML document hides no other, and is named with its line", () => {
  const { objects, errors } = readLiveObjects(`${yaml("a")}---\na: [\n---\n${yaml("b")}`, "live.yaml");
  expect(objects.map(({ object }) => object.metadata.name)).toEqual(["a", "b"]);
  expect(errors).toMatchObject([{ file: "live.yaml", document: 2, message: expect.stringContaining("not valid YAML") }]);
  expect(errors[0]?.line).toBeGreaterThanOrEqual(6);
});

test.each([
  ["a text", "just words", "not a Kubernetes object"],
  ["an object without a kind", "apiVersion: v1", "kind is missing"],
  ["an object whose API version is a number", "apiVersion: 1\nkind: Pod", "apiVersion is a number"],
])("%s is refused with what is wrong", (_what, text, message) => {
  expect(readLiveObjects(text, "stdin").errors).toMatchObject([{ document: 1, message: expect.stringContaining(message) }]);
});

test("an object without a name or metadata is read: what is live was accepted by an API server", () => {
  expect(namesOf("apiVersion: v1\nkind: Pod\n")).toEqual(["Pod/"]);
  expect(namesOf("apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-\n")).toEqual(["Pod/"]);
});
