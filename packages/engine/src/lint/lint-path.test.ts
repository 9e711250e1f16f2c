import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lintPath } from "./lint-path.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "windlass-lint-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};

const lint = () => lintPath(root, { kubeVersion: "1.37" });
const briefly = async () => (await lint()).findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`);

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

test("every fault of every file is told at once, and none hides another", async () => {
  write({ "a.yaml": "apiVersion: v1\nkind: [", "b.yaml": "kind: ConfigMap\n", "c.yaml": `${configMap("c")}datta: {}\n`, "d.json": "{}" });
  expect(await briefly()).toEqual([
    "structure a.yaml:2",
    "structure b.yaml:1",
    "structure b.yaml:1",
    "unknown-field c.yaml:5",
    "structure d.json:1",
    "structure d.json:1",
    "structure d.json:1",
  ]);
});

test("an object that stands twice in a set is found; in two applications it may stand", async () => {
  write({ "apps/a/one.yaml": configMap("x"), "apps/b/one.yaml": configMap("x") });
  expect(await briefly()).toEqual([]);
  write({ "apps/b/sub/two.yaml": configMap("x") });
  expect(await briefly()).toEqual(["duplicate apps/b/sub/two.yaml:1"]);
});

test("an item of a list has the line of the item", async () => {
  write({
    "a.yaml":
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: b}\n  datta: {}\n",
  });
  expect(await briefly()).toEqual(["unknown-field a.yaml:7"]);
});

test("of a kustomization its resources are looked at, and its patches are not", async () => {
  write({
    "base/kustomization.yaml": "resources: [web.yaml]\npatches: [{path: patch.yaml}]\n",
    "base/web.yaml": `${configMap("web")}datta: {}\n`,
    "base/patch.yaml": "spec: {replicas: 3}\n",
    "overlay/kustomization.yaml": "resources: [../base, extra.yaml]\n",
    "overlay/extra.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n",
  });
  expect(await briefly()).toEqual(["unknown-field base/web.yaml:5"]);
});

test("a chart is named as not looked into, its templates are no faults, and its subcharts are not named again", async () => {
  write({
    "web/Chart.yaml": "name: web\n",
    "web/templates/a.yaml": "{{ if .Values.x }}",
    "web/charts/db/Chart.yaml": "name: db\n",
    "plain.yaml": configMap("a"),
  });
  expect(await lint()).toEqual({ findings: [], files: ["plain.yaml"], charts: ["web"] });
});

test("a single file is looked over as well, and what is no manifest is told as such", async () => {
  write({ "a.yaml": configMap("a"), "notes.txt": "hello" });
  expect(await lintPath(join(root, "a.yaml"), { kubeVersion: "1.37" })).toMatchObject({ files: ["a.yaml"], findings: [] });
  await expect(lintPath(join(root, "notes.txt"), { kubeVersion: "1.37" })).rejects.toMatchObject({ code: "invalid" });
  await expect(lintPath(join(root, "missing"), { kubeVersion: "1.37" })).rejects.toMatchObject({ code: "not_found" });
});
