// The subcharts that Chart.yaml names, put into charts/ as `helm dependency build` would: by the lock where there is one.
import {
  type ChartDependency,
  type ChartLock,
  type ChartMetadata,
  WindlassError,
  findVersion,
  isInRange,
  lockDigestTexts,
  parseChartLock,
  parseChartMetadata,
  parseVersionRange,
} from "@windlass/core";
import { digestOf } from "../archive/blob-cache.ts";
import { packTarGz } from "../archive/write-tar.ts";
import type { ChartFiles, ChartRequest, ResolvedChart } from "./types.ts";

export interface DependencyInput {
  /** All files that there are; the chart's own lie below `folder`. */
  readonly files: ChartFiles;
  /** "" for the root. */
  readonly folder: string;
  readonly fetch: (request: ChartRequest) => Promise<ResolvedChart>;
}

const utf8 = new TextDecoder();
const depthMax = 8;

const textAt = (files: ChartFiles, path: string): string | undefined => (Object.hasOwn(files, path) ? utf8.decode(files[path]) : undefined);

const join = (folder: string, path: string): string => (folder === "" ? path : `${folder}/${path}`);

/** The files below a folder, their paths relative to it. */
const below = (files: ChartFiles, folder: string): ChartFiles =>
  folder === ""
    ? files
    : Object.fromEntries(
        Object.entries(files).flatMap(([path, content]) =>
          path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), content]] : [],
        ),
      );

/**
 * The chart's files, relative to its folder, with what was missing in `charts/`.
 *
 * Errors: `invalid` (Chart.yaml, a lock that does not fit, a `file://` that leaves the files or leads in a circle), and those of `fetch`.
 */
export const resolveChartDependencies = (input: DependencyInput): Promise<ChartFiles> => resolveAt(input, [input.folder]);

const resolveAt = async (input: DependencyInput, way: readonly string[]): Promise<ChartFiles> => {
  const { files, folder } = input;
  const own = below(files, folder);
  const described = textAt(own, "Chart.yaml");
  if (described === undefined) throw invalid(`${folder === "" ? "the source" : folder} holds no Chart.yaml`, "name the folder of a chart");
  const metadata = parseChartMetadata(described, textAt(own, "requirements.yaml"));
  const lock = readLock(own, metadata);
  const added: Record<string, Uint8Array> = {};
  const fetched = new Set<string>();
  for (const dependency of metadata.dependencies) {
    if (isThere(own, dependency)) continue;
    const wanted = lock === undefined ? dependency.version : lockedVersion(dependency, lock);
    const key = JSON.stringify([dependency.name, dependency.repository, wanted]);
    // One chart under several aliases lies in charts/ once.
    if (fetched.has(key)) continue;
    fetched.add(key);
    const chart = await getDependency(input, way, { ...dependency, version: wanted });
    added[`charts/${chart.name}-${chart.version}.tgz`] = packChart(chart.name, chart.files);
  }
  return { ...own, ...added };
};

/** As a folder, or packed under any version that is wanted: a vendored chart is what the repository's owner has reviewed. */
const isThere = (own: ChartFiles, { name, version }: ChartDependency): boolean => {
  const range = parseVersionRange(version);
  return Object.keys(own).some((path) => {
    if (path === `charts/${name}/Chart.yaml`) return true;
    const packed = /^charts\/([^/]+)\.tgz$/.exec(path)?.[1];
    if (packed === undefined || !packed.startsWith(`${name}-`)) return false;
    const there = findVersion(packed.slice(name.length + 1));
    return there !== undefined && isInRange(there, range);
  });
};

const packChart = (name: string, files: ChartFiles): Uint8Array =>
  packTarGz(new Map(Object.entries(files).map(([path, content]) => [`${name}/${path}`, content])));

const readLock = (own: ChartFiles, metadata: ChartMetadata): ChartLock | undefined => {
  const text = textAt(own, "Chart.lock") ?? textAt(own, "requirements.lock");
  if (text === undefined) return undefined;
  const lock = parseChartLock(text);
  const digests = lockDigestTexts(metadata, lock).map((one) => digestOf(new TextEncoder().encode(one)));
  if (digests.includes(lock.digest)) return lock;
  throw invalid(
    `the lock of chart ${metadata.name} does not belong to the dependencies in its Chart.yaml`,
    "run helm dependency update in the chart's folder and commit Chart.lock",
  );
};

const lockedVersion = ({ name, repository }: ChartDependency, lock: ChartLock): string => {
  const locked =
    lock.dependencies.find((one) => one.name === name && one.repository === repository) ??
    lock.dependencies.find((one) => one.name === name);
  if (locked !== undefined) return locked.version;
  throw invalid(
    `the lock names no version of the dependency ${name}`,
    "run helm dependency update in the chart's folder and commit Chart.lock",
  );
};

const getDependency = (
  input: DependencyInput,
  way: readonly string[],
  dependency: ChartDependency,
): Promise<Pick<ResolvedChart, "name" | "version" | "files">> => {
  const { name, version, repository } = dependency;
  if (repository === "")
    throw invalid(
      `dependency ${name} has no repository and is not in charts/`,
      "name its repository in Chart.yaml, or commit it to charts/",
    );
  if (/^(?:@|alias:)/.test(repository))
    throw invalid(
      `dependency ${name} names its repository by the alias ${repository}, which only the machine that wrote it knows`,
      "write the repository's URL in Chart.yaml",
    );
  return repository.startsWith("file://") ? getLocal(input, way, dependency) : input.fetch({ repository, chart: name, version });
};

const getLocal = async (input: DependencyInput, way: readonly string[], { name, version, repository }: ChartDependency) => {
  const folder = resolveFolder(way.at(-1) ?? "", repository.slice("file://".length), name);
  if (way.includes(folder) || way.length >= depthMax)
    throw invalid(`dependency ${name} (${repository}) leads back to a chart that needs it`, "take the circle out of the charts");
  if (!Object.hasOwn(input.files, join(folder, "Chart.yaml")))
    throw invalid(`dependency ${name}: there is no chart at ${repository}`, "correct the path; it starts at the chart's folder");
  const files = await resolveAt({ ...input, folder }, [...way, folder]);
  const metadata = parseChartMetadata(textAt(files, "Chart.yaml") ?? "");
  const there = findVersion(metadata.version);
  if (metadata.name !== name || there === undefined || !isInRange(there, parseVersionRange(version)))
    throw invalid(
      `dependency ${name} ${version}: at ${repository} lies ${metadata.name} ${metadata.version}`,
      "correct name or version in Chart.yaml",
    );
  return { name, version: metadata.version, files };
};

/** Errors: `invalid` for a path that is absolute or leaves the files. */
const resolveFolder = (folder: string, path: string, name: string): string => {
  const outside = invalid(
    `dependency ${name}: file://${path} leads out of the source`,
    "copy the chart into the repository, or name a chart repository",
  );
  if (path.startsWith("/") || path.includes("\\")) throw outside;
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw outside;
  }
  return parts.join("/");
};

const invalid = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });
