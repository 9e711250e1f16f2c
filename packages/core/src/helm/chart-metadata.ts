// What Chart.yaml and Chart.lock say about dependencies.
import { WindlassError } from "../error.ts";
import { canonicalText } from "./go-json.ts";
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { Json, JsonObject } from "../object/object.ts";
import { parseYaml } from "../yaml/parse.ts";

/** One entry of `dependencies`, as written. `repository` is "" for a chart that lies in `charts/`. */
export interface ChartDependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly alias: string;
  /** The entry as the lock's digest sees it. */
  readonly written: JsonObject;
}

export interface ChartMetadata {
  readonly apiVersion: string;
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly ChartDependency[];
}

export interface ChartLock {
  readonly digest: string;
  readonly dependencies: readonly ChartDependency[];
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

const readMapping = (text: string, file: string): JsonObject => {
  const value = parseYaml(text, { file })[0]?.value;
  if (isJsonObject(value)) return value;
  throw new WindlassError({
    code: "invalid",
    message: `${file} holds no mapping`,
    remedy: "a chart's file begins with apiVersion, name and version: https://helm.sh/docs/topics/charts",
  });
};

const dependenciesOf = (mapping: JsonObject, file: string): readonly ChartDependency[] => {
  const list = mapping["dependencies"] ?? [];
  if (!isJsonList(list)) throw badDependency(file, "dependencies is no list");
  return list.map((value, index) => {
    if (!isJsonObject(value) || textOf(value["name"]) === "") throw badDependency(file, `dependencies[${index}] has no name`);
    const { name, version, repository, alias } = value;
    const dependency = { name: textOf(name), version: textOf(version), repository: textOf(repository), alias: textOf(alias) };
    if (!isChartName(dependency.name)) throw badDependency(file, `${JSON.stringify(dependency.name)} is no name of a chart`);
    return { ...dependency, written: value };
  });
};

/** Whether a text can be a chart's name: it becomes part of paths and URLs. Source: Helm v4.3.1, pkg/action/install.go and pkg/chart/v2/metadata.go */
export const isChartName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) && text.length <= 250;

const badDependency = (file: string, what: string): WindlassError =>
  new WindlassError({ code: "invalid", message: `${file}: ${what}`, remedy: "write name, version and repository for each dependency" });

/**
 * Chart.yaml, with the dependencies of requirements.yaml where a chart of Helm 2 has one.
 *
 * Errors: `invalid`.
 */
export const parseChartMetadata = (text: string, requirements?: string): ChartMetadata => {
  const mapping = readMapping(text, "Chart.yaml");
  const { apiVersion, name, version } = mapping;
  if (!isChartName(textOf(name)) || textOf(version) === "")
    throw new WindlassError({
      code: "invalid",
      message: "Chart.yaml has no name and version that a chart could be known by",
      remedy: "write name and version as quoted texts",
    });
  const dependencies =
    requirements === undefined
      ? dependenciesOf(mapping, "Chart.yaml")
      : dependenciesOf(readMapping(requirements, "requirements.yaml"), "requirements.yaml");
  return { apiVersion: textOf(apiVersion), name: textOf(name), version: textOf(version), dependencies };
};

/** Chart.lock (or requirements.lock). Errors: `invalid`. */
export const parseChartLock = (text: string): ChartLock => {
  const mapping = readMapping(text, "Chart.lock");
  return { digest: textOf(mapping["digest"]), dependencies: dependenciesOf(mapping, "Chart.lock") };
};

/**
 * The texts whose SHA-256 may stand in the lock's `digest`, so that it belongs to these dependencies; Helm 2 hashed another one.
 *
 * Source: https://github.com/helm/helm/blob/v4.3.1/internal/resolver/resolver.go, HashReq and HashV2Req
 */
export const lockDigestTexts = ({ apiVersion, dependencies }: ChartMetadata, lock: ChartLock): readonly string[] => {
  const wanted = dependencies.map(({ written }) => dependencyText(written));
  const locked = lock.dependencies.map(({ written }) => dependencyText(written));
  const current = `[${listText(wanted)},${listText(locked)}]`;
  return apiVersion === "v1" ? [current, `{"dependencies":${listText(wanted)}}`] : [current];
};

const listText = (items: readonly string[]): string => `[${items.join(",")}]`;

/** The fields of Helm's structure in its order, what is empty left out, name and repository always there. */
const dependencyText = (written: JsonObject): string => {
  const always = new Set(["name", "repository"]);
  const fields = ["name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"];
  const isEmpty = (value: Json | undefined): boolean =>
    value === undefined || value === null || value === "" || value === false || (isJsonList(value) && value.length === 0);
  const texts = fields.flatMap((field) => {
    const value = written[field];
    if (!always.has(field)) return isEmpty(value) ? [] : [`"${field}":${canonicalText(value ?? null)}`];
    return [`"${field}":${canonicalText(value ?? "")}`];
  });
  return `{${texts.join(",")}}`;
};
