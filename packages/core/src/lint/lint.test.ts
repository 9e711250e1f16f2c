import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readObjects } from "../object/read-objects.ts";
import { readDocuments } from "../yaml/parse.ts";
import { lintObjects } from "./lint.ts";
import { formatJunit, formatSarif } from "./report.ts";
import type { Schemas } from "./schema.ts";
import type { Finding, LintObject } from "./types.ts";

const schemas = JSON.parse(readFileSync(new URL("kubernetes-1.37.json", import.meta.url), "utf8")) as Schemas;

const objectsOf = (text: string): readonly LintObject[] => {
  const { documents, errors } = readDocuments(text, { file: "a.yaml" });
  expect(errors).toEqual([]);
  return readObjects(documents, "a.yaml").objects.map((one) => ({
    ...one,
    lineOf: documents[one.origin.document - 1]?.lineOf ?? (() => 0),
  }));
};

const lint = (text: string, kubeVersion = "1.37"): readonly Finding[] =>
  lintObjects(objectsOf(text), { kubeVersion, schemas, isWhole: true });

/** `rule:line`, without what every image without digest gets. */
const briefly = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ rule }) => rule !== "image-without-digest").map(({ rule, line }) => `${rule}:${line}`);

const deployment = (container: string, labels = "app: web"): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {${labels}}}
    spec:
      containers:
      - name: web
        ${container}
`;

const pinned = `image: web:1@sha256:${"a".repeat(64)}`;

test("a good object has no findings", () => {
  expect(lint(deployment(pinned))).toEqual([]);
});

describe("fields of a built-in kind", () => {
  test("that Kubernetes does not know are named at their line, with the one that was meant", () => {
    const [finding] = lint(deployment(`imagePullPolicie: Always\n        ${pinned}`));
    expect(finding).toMatchObject({
      rule: "unknown-field",
      severity: "error",
      file: "a.yaml",
      line: 11,
      message: "spec.template.spec.containers[0].imagePullPolicie is no field that Kubernetes knows",
      remedy: expect.stringContaining("imagePullPolicy"),
    });
  });

  test("of another type are named, whole and quoted numbers told apart", () => {
    const text =
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  externalName: 1\n  ports:\n  - port: '80'\n  clusterIPs: none\n";
    expect(briefly(lint(text))).toEqual(["wrong-type:5", "wrong-type:7", "wrong-type:8"]);
  });

  test("that take a number or a text take both", () => {
    const text =
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1, targetPort: 80}, {port: 2, targetPort: http}]}\n";
    expect(lint(text)).toEqual([]);
    expect(lint("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {pods: 10, cpu: '1', memory: 1Gi}}\n")).toEqual([]);
  });

  test("that are required and missing are named", () => {
    expect(briefly(lint("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - name: web\n"))).toEqual([
      "missing-field:6",
    ]);
  });

  test("of a custom kind are nobody's business here", () => {
    expect(lint("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {anything: [1, 'two']}\n")).toEqual([]);
  });
});

describe("an API version", () => {
  const cronJob = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '* * * * *', jobTemplate: {}}\n";

  test.each([
    ["1.20", []],
    ["1.21", ["deprecated-api:1"]],
    ["1.24", ["deprecated-api:1"]],
    ["1.25", ["removed-api:1"]],
    ["v1.37.2", ["removed-api:1"]],
  ])("is judged by the version of Kubernetes it is meant for: %s", (kubeVersion, wanted) => {
    expect(briefly(lint(cronJob, kubeVersion))).toEqual(wanted);
  });

  test("that is gone says what to write instead", () => {
    expect(lint("apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n")).toMatchObject([
      { rule: "removed-api", remedy: expect.stringContaining("networking.k8s.io/v1") },
    ]);
  });

  test.each([
    ["apps/v2", "Deployment", "error"],
    ["v1", "Deployment", "error"],
    ["apps/v1", "Service", "error"],
    ["networking.k8s.io/v1beta9", "Ingress", "warning"],
  ])("that Kubernetes never had is found: %s %s", (apiVersion, kind, severity) => {
    expect(lint(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`)).toMatchObject([{ rule: "unknown-kind", severity }]);
  });
});

describe("an image", () => {
  test.each([
    ["web", "image-not-pinned"],
    ["web:latest", "image-not-pinned"],
    ["registry.example.com:5000/web", "image-not-pinned"],
    ["registry.example.com:5000/web:1.2", "image-without-digest"],
    [`web@sha256:${"a".repeat(64)}`, undefined],
    ["${IMAGE}", undefined],
  ])("%s is pinned or not", (image, rule) => {
    expect(lint(deployment(`image: "${image}"`)).map((finding) => finding.rule)).toEqual(rule === undefined ? [] : [rule]);
  });

  test("is found in every kind that runs Pods, init containers included", () => {
    const text =
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '* * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          initContainers:\n          - {name: i, image: a}\n          containers:\n          - {name: c, image: b}\n";
    expect(briefly(lint(text))).toEqual(["image-not-pinned:11", "image-not-pinned:13"]);
  });
});

describe("secrets", () => {
  const secret = (body: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${body}\n`;

  test.each([
    ["in base64", "data: {password: c3dvcmRmaXNo}"],
    ["in clear", "stringData: {password: swordfish}"],
  ])("%s are found, and the message does not repeat them", (_, body) => {
    const findings = lint(secret(body));
    expect(findings).toMatchObject([{ rule: "secret-in-clear", severity: "error", line: 4, message: expect.stringContaining("password") }]);
    expect(JSON.stringify(findings)).not.toMatch(/swordfish|c3dvcmRmaXNo/);
  });

  test.each([
    ["that SOPS has encrypted", "data: {password: 'ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]'}\nsops: {mac: x}"],
    ["that a variable fills in", "stringData: {password: '${PASSWORD}'}"],
    ["without values", "type: kubernetes.io/service-account-token"],
  ])("%s are in order", (_, body) => {
    expect(lint(secret(body))).toEqual([]);
  });

  test("that are encrypted in part are found by what is left in clear", () => {
    expect(lint(secret("data: {a: 'ENC[AES256_GCM,data:abc]', b: Yg==}"))).toMatchObject([
      { message: expect.stringMatching(/1 value in data .*: b$/) },
    ]);
  });

  // Put together here, so that no scanner takes this file for a leak.
  test.each([
    ["an access key of AWS", ["AKIA", "ABCDEFGHIJKLMNOP"].join("")],
    ["a token of GitHub", `ghp_${"a1".repeat(18)}`],
    ["a token of GitLab", `glpat-${"a1".repeat(10)}`],
    ["a token of Slack", `xoxb-${"1".repeat(12)}-abc`],
    ["a private key", ["-----BEGIN RSA PRIV", "ATE KEY-----"].join("")],
    ["a key of age", `AGE-SECRET-KEY-1${"A".repeat(58)}`],
  ])("that are %s are found in any object, and not repeated", (what, token) => {
    const findings = lint(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  config: |\n    token = ${token}\n`);
    expect(findings).toMatchObject([{ rule: "token-in-clear", line: 5, message: `data.config holds ${what} in clear` }]);
    expect(JSON.stringify(findings)).not.toContain(token);
  });

  test("are not seen where there are none: hashes, versions and words", () => {
    fc.assert(
      fc.property(fc.oneof(fc.lorem(), fc.stringMatching(/^[0-9a-f]{64}$/), fc.uuid()), (value) => {
        expect(lint(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {value: ${JSON.stringify(value)}}\n`)).toEqual([]);
      }),
    );
  });
});

describe("objects that point at each other", () => {
  const service = (labels: string): string =>
    `---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {${labels}}, ports: [{port: 80, name: http}]}\n`;
  const ingress = (name: string, port: string): string =>
    `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${name}, port: {${port}}}}}]}}]}\n`;
  const autoscaler = (name: string): string =>
    `---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${name}}}\n`;

  test.each([
    ["a Service and its Pods", service("app: web"), []],
    ["a Service and no Pods", service("app: wep"), ["dangling-reference"]],
    ["an Ingress and its Service", service("app: web") + ingress("web", "number: 80"), []],
    ["an Ingress and its Service's port by name", service("app: web") + ingress("web", "name: http"), []],
    ["an Ingress and no Service", service("app: web") + ingress("wep", "number: 80"), ["dangling-reference"]],
    ["an Ingress and no such port", service("app: web") + ingress("web", "number: 81"), ["dangling-reference"]],
    ["an autoscaler and its Deployment", autoscaler("web"), []],
    ["an autoscaler and nothing", autoscaler("wep"), ["dangling-reference"]],
  ])("are followed: %s", (_, text, rules) => {
    expect(lint(deployment(pinned) + text).map(({ rule }) => rule)).toEqual(rules);
  });

  test("in another namespace are not taken for neighbours", () => {
    const text = deployment(pinned) + service("app: web").replace("name: web", "name: web, namespace: other");
    // The other namespace has no Pods in this set: nobody can say what its selector finds.
    expect(lint(text)).toEqual([]);
  });

  test("are an error where a selector misses its own template", () => {
    expect(lint(deployment(pinned, "app: other"))).toMatchObject([{ rule: "selector-mismatch", severity: "error", line: 5 }]);
  });
});

test("the findings are the same, in the same order, whatever the order of the objects", () => {
  const text = `${deployment("image: web")}---\n${deployment("image: b").replace("name: web", "name: b")}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: YQ==}\n`;
  const objects = objectsOf(text);
  const context = { kubeVersion: "1.37", schemas, isWhole: true };
  fc.assert(
    fc.property(fc.shuffledSubarray([...objects], { minLength: objects.length }), (shuffled) => {
      expect(lintObjects(shuffled, context)).toEqual(lintObjects(objects, context));
    }),
  );
});

describe("a report", () => {
  const findings: readonly Finding[] = [
    { rule: "secret-in-clear", severity: "error", file: "a b.yaml", line: 3, message: 'a <secret> & "more"\u0007', remedy: "encrypt it" },
    { rule: "image-not-pinned", severity: "warning", file: "c.yaml", line: 0, message: "no tag", remedy: "pin it" },
  ];

  test("in SARIF names rule, level, file and line", () => {
    const place = (uri: string, region: object) => [{ physicalLocation: { artifactLocation: { uri }, ...region } }];
    expect(JSON.parse(formatSarif(findings, "0.1.0"))).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "windlass", version: "0.1.0", rules: [{ id: "image-not-pinned" }, { id: "secret-in-clear" }] } },
          results: [
            { ruleId: "secret-in-clear", ruleIndex: 1, level: "error", locations: place("a%20b.yaml", { region: { startLine: 3 } }) },
            { ruleId: "image-not-pinned", ruleIndex: 0, level: "warning", locations: place("c.yaml", {}) },
          ],
        },
      ],
    });
    // Line 0 is no line to SARIF.
    expect(formatSarif(findings, "0.1.0")).not.toContain('"startLine": 0');
  });

  test("in JUnit has a case per file, which fails for errors only, and holds nothing that XML forbids", () => {
    const xml = formatJunit(findings, ["a b.yaml", "c.yaml", "good.yaml"]);
    expect(xml).toContain('tests="3" failures="1"');
    expect(xml).toContain('<testcase classname="windlass.lint" name="good.yaml"></testcase>');
    expect(xml).toContain("a &lt;secret&gt; &amp; &quot;more&quot;\ufffd");
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).toContain("<system-out>c.yaml:0: no tag (image-not-pinned)");
  });
});
