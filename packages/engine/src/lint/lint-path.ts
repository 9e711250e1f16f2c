// A folder of manifests, looked over without a cluster: which files there are, which of them make a set, and what is wrong with them.
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  type Finding,
  type LintObject,
  type Schemas,
  WindlassError,
  type YamlDocument,
  findDuplicates,
  findSourceErrors,
  isJsonList,
  isJsonObject,
  lintObjects,
  readDocuments,
  readObjects,
  sortFindings,
  toFindings,
} from "@windlass/core";
import { decodeText } from "../source/decode-text.ts";
import { isManifest, isMarker } from "../source/detect-source.ts";
import { listFolder } from "../source/list-folder.ts";
import { readRegularFile } from "../source/read-file.ts";
import { type SourceFile, defaultSourceLimits } from "../source/types.ts";

export interface LintOptions {
  /** `1.37` */
  readonly kubeVersion: string;
  readonly signal?: AbortSignal;
}

export interface LintReport {
  readonly findings: readonly Finding[];
  /** The manifests that were read, in order. */
  readonly files: readonly string[];
  /** Folders of charts, whose templates are no objects before they are rendered. */
  readonly charts: readonly string[];
}

/** The schemas that ship with us: the built-in kinds of one version of Kubernetes. */
const loadSchemas = (): Schemas =>
  JSON.parse(readFileSync(new URL(import.meta.resolve("@windlass/core/kubernetes-schemas.json")), "utf8")) as Schemas;

/** A manifest that belongs to a set. Sets with the same name are one; `isWhole` as in `LintContext`. */
interface Assigned {
  readonly file: SourceFile;
  readonly set: string;
  readonly isWhole: boolean;
}

const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

const isBelow = (path: string, folder: string): boolean => folder === "" || path.startsWith(`${folder}/`);

/** As `windlass init` lays a repository out: each folder in one of these is a set of its own. */
const setPattern = /^(?:apps|clusters|policies)\/[^/]+(?=\/)/;

/** Errors: those of reading `kustomization.yaml`, as findings. */
const assign = async (
  files: readonly SourceFile[],
): Promise<{ readonly assigned: readonly Assigned[]; readonly charts: readonly string[] }> => {
  const charts = files.filter(({ path }) => basename(path) === "Chart.yaml").map(({ path }) => folderOf(path));
  const outside = files.filter(({ path }) => !charts.some((folder) => isBelow(path, folder)));
  const kustomizations = outside.filter(({ path }) => isMarker(path));
  const resources = new Map<string, string>();
  for (const file of kustomizations)
    for (const resource of await resourcesOf(file)) resources.set(join(folderOf(file.path), resource), folderOf(file.path));
  const assigned = outside
    .filter(({ path }) => isManifest(path) && !isMarker(path))
    .flatMap((file): readonly Assigned[] => {
      const owner = resources.get(file.path);
      // An overlay points at what its base holds, so that its own objects are not all there is.
      if (owner !== undefined) return [{ file, set: `kustomization ${owner}`, isWhole: false }];
      // Patches, values and other inputs of a kustomization.
      if (kustomizations.some(({ path }) => isBelow(file.path, folderOf(path)))) return [];
      return [{ file, set: setPattern.exec(file.path)?.[0] ?? "", isWhole: true }];
    });
  return { assigned, charts: charts.filter((folder) => !charts.some((other) => other !== folder && isBelow(folder, other))) };
};

const join = (folder: string, path: string): string => {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
};

const resourcesOf = async (file: SourceFile): Promise<readonly string[]> => {
  const { documents } = readDocuments(decodeText(await file.read(defaultSourceLimits.fileBytesMax), file.path), { file: file.path });
  const value = documents[0]?.value;
  const resources = isJsonObject(value) ? value["resources"] : undefined;
  return isJsonList(resources) ? resources.filter((one) => typeof one === "string") : [];
};

interface ReadManifest {
  readonly objects: readonly LintObject[];
  readonly findings: readonly Finding[];
}

/** The line of a value: exact in a document of its own, that of the item in a list. */
const lineOfIn = (documents: readonly YamlDocument[], { object, origin }: Omit<LintObject, "lineOf">): LintObject["lineOf"] => {
  const document = documents.find((one) => one.document === origin.document);
  const isWhole = isJsonObject(document?.value) && document.value["kind"] === object.kind;
  return document !== undefined && isWhole ? (path) => document.lineOf(path) : () => origin.line;
};

const readManifest = async (file: SourceFile): Promise<ReadManifest> => {
  try {
    const text = decodeText(await file.read(defaultSourceLimits.fileBytesMax), file.path);
    const { documents, errors } = readDocuments(text, { file: file.path });
    const read = readObjects(documents, file.path);
    const objects = read.objects.map((one) => ({ ...one, lineOf: lineOfIn(documents, one) }));
    return { objects, findings: toFindings([...errors, ...read.errors], "structure") };
  } catch (error) {
    const faults = findSourceErrors(error);
    if (faults === undefined) throw error;
    return { objects: [], findings: toFindings(faults, "structure") };
  }
};

/** Findings about files that are listed already. Errors: those of reading that are no fault of a file; the signal's reason. */
export const lintFiles = async (files: readonly SourceFile[], { kubeVersion, signal }: LintOptions): Promise<LintReport> => {
  const { assigned, charts } = await assign(files);
  const schemas = loadSchemas();
  const findings: Finding[] = [];
  for (const members of Map.groupBy(assigned, ({ set }) => set).values()) {
    const objects: LintObject[] = [];
    for (const { file } of members) {
      signal?.throwIfAborted();
      const read = await readManifest(file);
      objects.push(...read.objects);
      findings.push(...read.findings);
    }
    const isWhole = members.every((one) => one.isWhole);
    findings.push(...toFindings(findDuplicates(objects), "duplicate"), ...lintObjects(objects, { kubeVersion, schemas, isWhole }));
  }
  return { findings: sortFindings(findings), files: assigned.map(({ file }) => file.path).toSorted(), charts };
};

/** As `lintFiles`, for a folder or a single file. Errors: `not_found`, `forbidden`, `invalid` beyond the limits, `unavailable`. */
export const lintPath = async (path: string, options: LintOptions): Promise<LintReport> => {
  const { signal } = options;
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  if (!isFile) return lintFiles(await listFolder(path, signal === undefined ? {} : { signal }), options);
  const name = basename(path);
  if (!isManifest(name))
    throw new WindlassError({
      code: "invalid",
      message: `${path} is no manifest by its name`,
      remedy: "name a folder, or a file that ends in .yaml, .yml or .json",
    });
  return lintFiles([{ path: name, read: (bytesMax) => readRegularFile(path, name, bytesMax) }], options);
};
