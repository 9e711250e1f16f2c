// Objects that point at each other: inside one set, a name or a label that leads nowhere is a slip as a rule.
import { isJsonList, isJsonObject } from "../object/guards.ts";
import { type KubeObject, groupOf } from "../object/object.ts";
import { findTemplatePath } from "../object/workload.ts";
import type { LintObject, Remark } from "./types.ts";

type Path = readonly (string | number)[];
type Labels = Readonly<Record<string, unknown>>;

const at = (value: unknown, ...path: Path): unknown =>
  path.reduce<unknown>(
    (here, step) => (typeof here === "object" && here !== null ? (here as Readonly<Record<string, unknown>>)[step] : undefined),
    value,
  );

const labelsAt = (value: unknown, ...path: Path): Labels => {
  const labels = at(value, ...path);
  return isJsonObject(labels) ? labels : {};
};

const isSubset = (wanted: Labels, labels: Labels): boolean => Object.entries(wanted).every(([name, value]) => labels[name] === value);

const formatLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(",");

const namespaceOf = (object: KubeObject): string => object.metadata.namespace ?? "";

/** What the rules look things up in: the objects of a set, by namespace. */
interface Neighbours {
  readonly pods: readonly Labels[];
  readonly objects: readonly KubeObject[];
}

/** Kinds whose selector must match their own template: the API server refuses them else. */
const selfSelecting = new Set(["apps/Deployment", "apps/DaemonSet", "apps/StatefulSet", "apps/ReplicaSet"]);

const checkSelector = (object: KubeObject): readonly Remark[] => {
  if (!selfSelecting.has(`${groupOf(object.apiVersion)}/${object.kind}`)) return [];
  const wanted = labelsAt(object, "spec", "selector", "matchLabels");
  if (isSubset(wanted, labelsAt(object, "spec", "template", "metadata", "labels"))) return [];
  return [
    {
      rule: "selector-mismatch",
      severity: "error",
      path: ["spec", "selector"],
      message: `${object.kind} ${object.metadata.name} selects ${formatLabels(wanted)}, which its own template does not have`,
      remedy: "give spec.template.metadata.labels all labels of spec.selector.matchLabels",
    },
  ];
};

const dangling = (path: Path, message: string, remedy: string): Remark => ({
  rule: "dangling-reference",
  severity: "warning",
  path,
  message,
  remedy,
});

const checkPodSelector = (object: KubeObject, { pods }: Neighbours): readonly Remark[] => {
  const path = object.kind === "Service" ? ["spec", "selector"] : ["spec", "selector", "matchLabels"];
  const wanted = labelsAt(object, ...path);
  if (Object.keys(wanted).length === 0 || pods.some((labels) => isSubset(wanted, labels))) return [];
  return [
    dangling(
      path,
      `${object.kind} ${object.metadata.name} selects ${formatLabels(wanted)}, and no Pod of this set has these labels`,
      "correct the labels on one of the two sides",
    ),
  ];
};

const checkScaleTarget = (object: KubeObject, { objects }: Neighbours): readonly Remark[] => {
  const [kind, name, apiVersion] = ["kind", "name", "apiVersion"].map((field) => at(object, "spec", "scaleTargetRef", field));
  if (typeof kind !== "string" || typeof name !== "string") return [];
  const group = groupOf(typeof apiVersion === "string" ? apiVersion : "");
  if (objects.some((one) => one.kind === kind && one.metadata.name === name && groupOf(one.apiVersion) === group)) return [];
  return [
    dangling(
      ["spec", "scaleTargetRef"],
      `${object.kind} ${object.metadata.name} scales ${kind} ${name}, which is not in this set`,
      "correct apiVersion, kind or name in spec.scaleTargetRef",
    ),
  ];
};

/** The backends of an Ingress, with their places. */
const backendsOf = (object: KubeObject): readonly { readonly path: Path; readonly service: unknown }[] => {
  const rules = at(object, "spec", "rules");
  const ofRules = (isJsonList(rules) ? rules : []).flatMap((rule, index) => {
    const paths = at(rule, "http", "paths");
    return (isJsonList(paths) ? paths : []).map((one, inner) => ({
      path: ["spec", "rules", index, "http", "paths", inner, "backend"],
      service: at(one, "backend", "service"),
    }));
  });
  return [{ path: ["spec", "defaultBackend"], service: at(object, "spec", "defaultBackend", "service") }, ...ofRules];
};

const checkBackends = (object: KubeObject, { objects }: Neighbours): readonly Remark[] =>
  backendsOf(object).flatMap(({ path, service }) => {
    const name = at(service, "name");
    if (typeof name !== "string") return [];
    const target = objects.find((one) => one.kind === "Service" && one.apiVersion === "v1" && one.metadata.name === name);
    if (target === undefined)
      return [
        dangling(path, `Ingress ${object.metadata.name} leads to Service ${name}, which is not in this set`, "correct the Service's name"),
      ];
    const port = at(service, "port", "number") ?? at(service, "port", "name");
    const ports = at(target, "spec", "ports");
    if (port === undefined || !isJsonList(ports) || ports.some((one) => at(one, "port") === port || at(one, "name") === port)) return [];
    return [
      dangling(
        path,
        `Ingress ${object.metadata.name} leads to port ${JSON.stringify(port)} of Service ${name}, which has no such port`,
        "correct the port",
      ),
    ];
  });

const checks: Readonly<Record<string, (object: KubeObject, neighbours: Neighbours) => readonly Remark[]>> = {
  "/Service": checkPodSelector,
  "policy/PodDisruptionBudget": checkPodSelector,
  "autoscaling/HorizontalPodAutoscaler": checkScaleTarget,
  "networking.k8s.io/Ingress": checkBackends,
};

const templateLabels = (object: KubeObject): readonly Labels[] => {
  const path = findTemplatePath(object);
  return path === undefined ? [] : [labelsAt(object, ...path, "metadata", "labels")];
};

/**
 * Selectors and references that lead nowhere, by object.
 *
 * Shape: looked for inside a namespace and a set only. A set without any Pod, as a folder of Services alone, is not judged by its selectors.
 * Errors: none (total).
 */
export const checkReferences = (objects: readonly LintObject[]): ReadonlyMap<LintObject, readonly Remark[]> => {
  const byNamespace = Map.groupBy(objects, ({ object }) => namespaceOf(object));
  const remarks = new Map<LintObject, readonly Remark[]>();
  for (const neighbours of byNamespace.values()) {
    const all = neighbours.map(({ object }) => object);
    const context = { objects: all, pods: all.flatMap(templateLabels) };
    for (const one of neighbours) {
      const key = `${groupOf(one.object.apiVersion)}/${one.object.kind}`;
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
      const skips = check === checkPodSelector && context.pods.length === 0;
      remarks.set(one, [...checkSelector(one.object), ...(check === undefined || skips ? [] : check(one.object, context))]);
    }
  }
  return remarks;
};
