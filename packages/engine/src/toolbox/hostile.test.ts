import { ensureToolbox, readTree } from "@windlass/testbed/toolbox";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containing, matching } from "./matchers.test-support.ts";
import { buildKustomize } from "./build-kustomize.ts";
import { renderHelm, type HelmRender } from "./render-helm.ts";
import type { SourceFiles } from "./source-files.ts";
import { createToolbox, type Toolbox } from "./toolbox.ts";

let toolbox: Toolbox;

beforeAll(async () => {
  toolbox = createToolbox({
    directory: await ensureToolbox(),
    role: "render",
    size: 1,
    deadlineMs: 3_000,
    memoryMaxMib: 256,
    outputMaxMib: 8,
  });
}, 900_000);
afterAll(() => toolbox?.close());

const chartFiles = (template: string, values = "", more: SourceFiles = {}): SourceFiles => ({
  "Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
  "values.yaml": values,
  "templates/a.yaml": template,
  ...more,
});

const render = (template: string, values = "", more: SourceFiles = {}): Promise<HelmRender> =>
  renderHelm(toolbox, { files: chartFiles(template, values, more), releaseName: "r", namespace: "n" });

const build = (files: SourceFiles, path = "."): Promise<unknown> => buildKustomize(toolbox, { files, path });

/** The next render, in whatever process serves it, is as if nothing had happened. */
const expectUnharmed = async (): Promise<void> => {
  expect((await render("a: {{ 1 }}")).manifests).toEqual([{ source: "c/templates/a.yaml", text: "a: 1" }]);
};

const tenTimes = (text: string): string => `{{ range until 10 }}${text}{{ end }}`;
const loop = "a: |\n{{- range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}";
const bigOutput = `a: |\n${[1, 2, 3, 4, 5].reduce(tenTimes, '  {{ repeat 10000 "x" }}\n')}`;
const anchors = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array.from({ length: 10 }, () => `*l${i}`).join(",")}]`);
const aliasBomb = `l0: &l0 [x]\n${anchors.join("\n")}\n`;

describe("a chart that means harm is bounded, says why, and leaves the next render unharmed", () => {
  test.each<[string, () => Promise<unknown>, { readonly code: string; readonly message: RegExp }]>([
    ["a loop", () => render(loop), { code: "timeout", message: /^helm did not finish within 3s$/u }],
    ["a gigabyte of output", () => render(bigOutput), { code: "invalid", message: /^helm needs more than 256 MiB of memory$/u }],
    ["output over the limit", () => render('a: {{ repeat 9000000 "x" }}'), { code: "invalid", message: /larger than 8 MiB/u }],
    [
      "an include of itself",
      () => render('{{ define "x" }}{{ include "x" . }}{{ end }}a: {{ include "x" . }}'),
      { code: "invalid", message: /nested reference name/u },
    ],
    [
      "a template of itself",
      () => render('{{ define "x" }}{{ template "x" . }}{{ end }}a: {{ template "x" . }}'),
      { code: "invalid", message: /memory|exceeded maximum template depth/u },
    ],
    [
      "a tpl of itself",
      () => render("a: {{ tpl .Values.t . }}", "t: '{{ tpl .Values.t . }}'"),
      { code: "(invalid|timeout)", message: /memory|depth|finish/u },
    ],
    ["one huge allocation", () => render('a: {{ repeat 4000000000 "xxxxxxxx" | len }}'), { code: "invalid", message: /memory/u }],
    ["an alias bomb in the values", () => render("a: 1", aliasBomb), { code: "invalid", message: /excessive aliasing/u }],
    ["env", () => render('a: {{ env "PATH" }}'), { code: "invalid", message: /function "env" not defined/u }],
    ["expandenv", () => render('a: {{ expandenv "$PATH" }}'), { code: "invalid", message: /function "expandenv" not defined/u }],
    ["a syntax error", () => render("a: {{ if }}"), { code: "invalid", message: /c\/templates\/a\.yaml:1/u }],
  ])("%s", async (_, attempt, { code, message }) => {
    await expect(attempt()).rejects.toMatchObject({
      code: matching(new RegExp(`^${code}$`, "u")),
      message: matching(message),
    });
    await expectUnharmed();
  });

  test("files outside the chart do not exist for it", async () => {
    const { manifests } = await render('a: {{ list (.Files.Get "/etc/passwd") (.Files.Get "../../etc/passwd") | toJson }}');
    expect(manifests[0]?.text).toBe('a: ["",""]');
    await expect(render("a: 1", "", { "../../etc/x": "" })).rejects.toMatchObject({
      code: "invalid",
      message: containing("not inside the source"),
    });
  });

  test("names are not resolved", async () => {
    expect((await render('a: {{ getHostByName "localhost" | quote }}')).manifests[0]?.text).toBe('a: ""');
  });
});

const testdata = fileURLToPath(new URL("../../../../toolbox/testdata/kustomize", import.meta.url));

describe("a kustomization that means harm is refused, says why, and leaves the next build unharmed", () => {
  test.each([
    [
      "a remote base",
      "resources: ['https://github.com/owner/repo//base?ref=v1']",
      /"https:\/\/github\.com\/owner\/repo\/\/base\?ref=v1" is remote/u,
    ],
    ["a remote base without a scheme", "resources: ['github.com/owner/repo/base?ref=v1']", /is remote/u],
    ["a remote base over ssh", "resources: ['git@host.example:owner/repo.git']", /is remote/u],
    ["a remote component", "components: ['ssh://git@host.example/repo']", /is remote/u],
    ["a remote file", "resources: [http://127.0.0.1:9/x.yaml]", /is remote/u],
    ["a remote patch", "patches: [{ path: 'https://host.example/x.yaml' }]", /is remote/u],
    ["a remote schema", "openapi: { path: 'https://host.example/x.json' }", /is remote/u],
    ["a remote generator's file", "configMapGenerator: [{ name: a, files: ['a=https://host.example/x'] }]", /is remote/u],
    [
      "a chart",
      "helmCharts: [{ name: redis, repo: 'https://charts.example' }]",
      /^kustomization\.yaml: helmCharts would run the helm program/u,
    ],
    ["a file of the machine", "configMapGenerator: [{ name: a, files: [/etc/passwd] }]", /passwd/u],
    ["a file above the root", "resources: [../../../../etc/passwd]", /etc\/passwd/u],
    ["an alias bomb", `resources: []\n${aliasBomb}`, /alias|unknown field/u],
  ])("%s", async (_, kustomization, message) => {
    const attempt = build({ "kustomization.yaml": `${kustomization}\n` });
    await expect(attempt).rejects.toMatchObject({ code: "invalid", message: matching(message) });
    await expectUnharmed();
  });

  test.each([
    ["exec-plugin", /external plugins disabled/u],
    ["container-plugin", /external plugins disabled/u],
    ["cycle", /cycle detected/u],
    ["outside", /is not in or below/u],
  ])("%s", async (path, message) => {
    await expect(build(readTree(testdata), path)).rejects.toMatchObject({ code: "invalid", message: matching(message) });
    await expectUnharmed();
  });

  test("a remote base behind a local one is named with its file", async () => {
    const files = { "kustomization.yaml": "resources: [base]\n", "base/kustomization.yaml": "resources: ['https://host.example/x.git']\n" };
    await expect(build(files)).rejects.toMatchObject({ code: "invalid", message: matching(/^base\/kustomization\.yaml: /u) });
  });

  test("a broken schema of one build does not reach the next", async () => {
    const base = readTree(testdata);
    const good = await build(base, "base");
    const broken = { ...base, "openapi/schema.json": "{ not json" };
    await expect(build(broken, "openapi")).rejects.toMatchObject({ name: "WindlassError" });
    expect(await build(base, "base")).toEqual(good);
    expect(await build(base, "without-openapi")).toEqual(await build(base, "without-openapi"));
  });
});
