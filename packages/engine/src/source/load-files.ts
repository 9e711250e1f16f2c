// From the files of a source to its objects, every fault of every file in one error.
import { createHash, type Hash } from "node:crypto";
import {
  type SourceError,
  type SourcedObject,
  WindlassError,
  type YamlDocument,
  findDuplicates,
  findSourceErrors,
  isJsonObject,
  readDocuments,
  readObjects,
  toWindlassError,
} from "@windlass/core";
import { decodeText } from "./decode-text.ts";
import { type DetectedSource, detectSource, isManifest, isMarker } from "./detect-source.ts";
import { type LoadOptions, type LoadedSource, type SourceFile, type SourceLimits, defaultSourceLimits } from "./types.ts";

interface ReadingRules {
  readonly limits: SourceLimits;
  readonly asPlainFiles: boolean;
}

/** What loading gathers, file by file. */
interface Reading {
  readonly objects: SourcedObject[];
  readonly errors: SourceError[];
  readonly hash: Hash;
  bytes: number;
}

/**
 * The objects of all manifests (`*.yaml`, `*.yml`, `*.json`) among the files, in the order of their paths. No manifests, no objects.
 *
 * Errors: `invalid`, `details.errors` naming every fault with file, document and line; `invalid` too for a source that is meant for Kustomize or
 * Helm (unless `asPlainFiles`) and for one beyond the limits; what `read` throws but `invalid`; the signal's reason.
 */
export const loadFiles = async (files: readonly SourceFile[], options: LoadOptions = {}): Promise<LoadedSource> => {
  if (options.asPlainFiles !== true) refuseRendered(detectSource(files));
  return loadManifests(
    files.filter(({ path }) => isManifest(path) && !isMarker(path)),
    options,
  );
};

/** As `loadFiles`, taking every file for a manifest whatever it is called. */
export const loadManifests = async (files: readonly SourceFile[], options: LoadOptions = {}): Promise<LoadedSource> => {
  const { limits = defaultSourceLimits, signal, asPlainFiles = false } = options;
  if (files.length > limits.filesMax) throw tooMuch(`it holds ${files.length} manifests, more than ${limits.filesMax}`);
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const reading: Reading = { objects: [], errors: [], hash: createHash("sha256"), bytes: 0 };
  for (const file of sorted) {
    signal?.throwIfAborted();
    await readFile(file, reading, { limits, asPlainFiles });
  }
  const errors = [...reading.errors, ...findDuplicates(reading.objects)];
  if (errors.length > 0) throw toWindlassError(errors);
  return { objects: reading.objects, digest: `sha256:${reading.hash.digest("hex")}`, files: sorted.map(({ path }) => path) };
};

const readFile = async (file: SourceFile, reading: Reading, { limits, asPlainFiles }: ReadingRules): Promise<void> => {
  const { path } = file;
  try {
    const bytes = await file.read(limits.fileBytesMax);
    reading.bytes += bytes.length;
    if (reading.bytes > limits.totalBytesMax) throw tooMuch(`its manifests are larger than ${limits.totalBytesMax} bytes`);
    reading.hash.update(`${path}\0${createHash("sha256").update(bytes).digest("hex")}\n`);
    const { documents, errors } = readDocuments(decodeText(bytes, path), { file: path, limits: limits.yaml });
    const [kustomizations, manifests] = partition(documents, isKustomization);
    const read = readObjects(manifests, path);
    reading.objects.push(...read.objects);
    reading.errors.push(...errors, ...read.errors, ...(asPlainFiles ? [] : kustomizations.map((document) => misnamed(document, path))));
  } catch (error) {
    // One file that cannot be used must not hide the faults of the others.
    const faults = findSourceErrors(error);
    if (faults === undefined) throw error;
    reading.errors.push(...faults);
  }
};

const partition = <T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] => [
  items.filter((item) => isFirst(item)),
  items.filter((item) => !isFirst(item)),
];

const isKustomization = ({ value }: YamlDocument): boolean => {
  const apiVersion = isJsonObject(value) ? value["apiVersion"] : undefined;
  return typeof apiVersion === "string" && apiVersion.startsWith("kustomize.config.k8s.io/");
};

const misnamed = ({ document, line }: YamlDocument, file: string): SourceError => ({
  file,
  document,
  line,
  message: "the document tells Kustomize what to do and is no object",
  remedy: "call the file kustomization.yaml, or leave it out of the folder",
});

const tools = { kustomize: "Kustomize", helm: "Helm" } as const;

const refuseRendered = (detected: DetectedSource): void => {
  if (detected.kind === "plain") return;
  const where = detected.folder === "" ? "the folder" : `the folder ${detected.folder}`;
  throw new WindlassError({
    code: "invalid",
    message: `${where} is meant for ${tools[detected.kind]} (${detected.file}), and was to be read as plain files`,
    remedy: `have it rendered by ${tools[detected.kind]}, or name a folder with plain manifests`,
    details: { ...detected },
  });
};

const tooMuch = (what: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `the source is too large: ${what}`,
    remedy: "name a smaller folder, or split the application",
  });
