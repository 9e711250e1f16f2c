import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureToolbox, ensureToolboxReference, readTree, runReference } from "@windlass/testbed/toolbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containing } from "./matchers.test-support.ts";
import { formatHelmRender, renderHelm, type HelmRequest, type ValuesLayer } from "./render-helm.ts";
import { createToolbox, type Toolbox } from "./toolbox.ts";

const testdata = fileURLToPath(new URL("../../../../toolbox/testdata/helm", import.meta.url));
const inputs = fileURLToPath(new URL("../../../../../shared/inputs", import.meta.url));
const buildTimeoutMs = 900_000;

let toolbox: Toolbox;
let reference: string;

beforeAll(async () => {
  reference = await ensureToolboxReference();
  toolbox = createToolbox({ directory: await ensureToolbox(), role: "render", size: 2 });
}, buildTimeoutMs);
afterAll(() => toolbox?.close());

const chart = (templates: Readonly<Record<string, string>>, values = ""): HelmRequest => ({
  files: {
    "Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    "values.yaml": values,
    ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}`, text])),
  },
  releaseName: "r",
  namespace: "n",
});

/** A chart's folder with everything that can be said about its render, once for us and once for Helm's command line. */
interface Case {
  readonly directory: string;
  readonly flags: readonly string[];
  readonly request: Omit<HelmRequest, "files" | "releaseName" | "namespace">;
}

const plain = (directory: string): Case => ({ directory, flags: [], request: {} });

const set = (text: string): ValuesLayer => ({ kind: "set", text });

const features = path.join(testdata, "features");
const cases: Readonly<Record<string, Case>> = {
  "the chart's own values": plain(features),
  "a condition and a tag turned": {
    directory: features,
    flags: ["--set=web.enabled=false,off.enabled=true", "--set=tags.extras=true"],
    request: { values: [set("web.enabled=false,off.enabled=true"), set("tags.extras=true")] },
  },
  "values of each kind, the last one winning": {
    directory: features,
    flags: ['--set-json=labels={"x":null}', "--set=greeting=a", "--set-string=admin.port=9", "--set-literal=message=a,b"],
    request: {
      values: [
        { kind: "setJson", text: 'labels={"x":null}' },
        set("greeting=a"),
        { kind: "setString", text: "admin.port=9" },
        { kind: "setLiteral", text: "message=a,b" },
      ],
    },
  },
  "globals, an alias's and a subchart's values": {
    directory: features,
    flags: ["--set=global.team=x,admin.port=1,packed.size=7,replicas=12"],
    request: { values: [set("global.team=x,admin.port=1,packed.size=7,replicas=12")] },
  },
  "capabilities of a cluster": {
    directory: features,
    flags: ["--kube-version=1.29.3-gke.1", "--api-versions=example.com/v1/Widget"],
    request: { kubeVersion: "1.29.3-gke.1", apiVersions: ["example.com/v1/Widget"] },
  },
  "an upgrade": { directory: features, flags: ["--is-upgrade"], request: { isUpgrade: true } },
  "a Kubernetes version that the chart refuses": { directory: features, flags: ["--kube-version=1.20"], request: { kubeVersion: "1.20" } },
  "values that the schema refuses": { directory: features, flags: ["--set=replicas=0"], request: { values: [set("replicas=0")] } },
  "a chart of Helm 2": plain(path.join(testdata, "legacy")),
  "a value that is required and missing": plain(path.join(testdata, "invalid")),
};

/** What either side says: the text, or that it refused. */
interface Sides {
  readonly ours: string;
  readonly theirs: string;
}

const renderBoth = async ({ directory, flags, request }: Case): Promise<Sides> => {
  const run = runReference(reference, "helm", ["template", "rel", directory, "--namespace=ns", "--include-crds", "--skip-tests", ...flags]);
  const ours = await renderHelm(toolbox, { ...request, files: readTree(directory), releaseName: "rel", namespace: "ns" }).then(
    formatHelmRender,
    (error: unknown) => `refused: ${(error as { readonly code?: string }).code}`,
  );
  return { ours, theirs: run.ok ? run.stdout : "refused: invalid" };
};

describe("a chart renders to the same bytes as with helm template", () => {
  test.each(Object.entries(cases))("%s", async (_, one) => {
    const { ours, theirs } = await renderBoth(one);
    expect(ours).toBe(theirs);
  });

  test("with values from files, merged in order", async () => {
    const file = (name: string): string => path.join(testdata, "..", name);
    const text = (name: string): string => readFileSync(file(name), "utf8");
    const { ours, theirs } = await renderBoth({
      directory: features,
      flags: [`-f=${file("values-a.yaml")}`, `-f=${file("values-b.yaml")}`],
      request: { values: ["values-a.yaml", "values-b.yaml"].map((name) => ({ kind: "yaml", name, text: text(name) })) },
    });
    expect(ours).toBe(theirs);
  });
});

describe.skipIf(!existsSync(inputs))("charts that other people wrote render as with helm template (needs ../shared/inputs)", () => {
  const charts = existsSync(inputs) ? Object.keys(readTree(inputs)).filter((file) => file.endsWith("/Chart.yaml")) : [];
  test.each(charts)("%s", async (file) => {
    const { ours, theirs } = await renderBoth(plain(path.join(inputs, path.dirname(file))));
    expect(ours).toBe(theirs);
  });
});

describe("what a render reports", () => {
  test("hooks come apart from manifests, with weight, events and policies, their annotations still in the text", async () => {
    const render = await renderHelm(toolbox, { files: readTree(features), releaseName: "rel", namespace: "ns" });
    expect(render.hooks.map(({ name, events, weight, deletePolicies }) => ({ name, events, weight, deletePolicies }))).toEqual([
      { name: "second", events: ["pre-install", "pre-upgrade"], weight: 5, deletePolicies: ["before-hook-creation", "hook-succeeded"] },
      { name: "first", events: ["pre-install"], weight: -5, deletePolicies: [] },
    ]);
    expect(render.hooks[0]?.text).toContain('"helm.sh/hook-weight": "5"');
    expect(render.manifests.some(({ text }) => text.includes("helm.sh/hook"))).toBe(false);
  });

  test("an object that Helm drops for its unknown hook leaves a warning", async () => {
    const { warnings } = await renderHelm(toolbox, { files: readTree(features), releaseName: "rel", namespace: "ns" });
    expect(warnings).toEqual([containing("hookTypes=crd-install")]);
  });

  test("a lookup gets nothing and is told", async () => {
    const { lookups } = await renderHelm(toolbox, { files: readTree(features), releaseName: "rel", namespace: "ns" });
    expect(lookups).toEqual([{ apiVersion: "v1", kind: "Secret", namespace: "default", name: "x" }]);
  });

  test("calls that never give the same again are told with file and line, those not made are not", async () => {
    const { unstable } = await renderHelm(
      toolbox,
      chart(
        {
          "a.yaml": 'a: {{ now | quote }}\n{{- if false }}{{ uuidv4 }}{{ end }}\nnow: never\nb: {{ include "c.password" . }}\n',
          "_b.tpl": '{{/* randAlphaNum */}}\n{{ define "c.password" }}\n{{- $p := randAlphaNum 8 | quote }}{{ $p }}\n{{- end }}',
          "c.yaml": "c: {{ tpl .Values.t . }}\n",
        },
        't: "{{ randInt 1 9 }}"',
      ),
    );
    expect(unstable).toHaveLength(3);
    expect(unstable).toEqual(
      expect.arrayContaining([
        { function: "now", file: "c/templates/a.yaml", line: 1 },
        { function: "randAlphaNum", file: "c/templates/_b.tpl", line: 3 },
        { function: "randInt", file: "", line: 0 },
      ]),
    );
  });

  test("the keys and values of a map come in the same order each time, though Helm's do not", async () => {
    const request = chart(
      { "a.yaml": "k: {{ keys .Values.m | toJson }}\nv: {{ values .Values.m | toJson }}\n" },
      "m: { d: 4, a: 1, c: 3, b: 2 }",
    );
    const { manifests } = await renderHelm(toolbox, request);
    expect(manifests[0]?.text).toBe('k: ["a","b","c","d"]\nv: [1,2,3,4]\n');
  });

  test("only the API versions of the cluster exist when they are known", async () => {
    const request = chart({ "a.yaml": 'a: {{ .Capabilities.APIVersions.Has "apps/v1" }} {{ .Capabilities.APIVersions.Has "x/v1" }}' });
    const render = await renderHelm(toolbox, { ...request, apiVersions: ["x/v1"], onlyTheseApiVersions: true });
    expect(render.manifests[0]?.text).toBe("a: false true");
    const next = await renderHelm(toolbox, request);
    expect(next.manifests[0]?.text).toBe("a: true false");
  });

  test("a dependency that is not there is named", async () => {
    const files = { "Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{ name: redis, version: 1.x }]\n" };
    await expect(renderHelm(toolbox, { files, releaseName: "r", namespace: "n" })).rejects.toMatchObject({
      code: "invalid",
      message: "chart c names dependencies in Chart.yaml that are not in charts/: redis",
    });
  });
});
