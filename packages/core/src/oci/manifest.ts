// Manifests of registries, read with suspicion. Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
import { WindlassError } from "../error.ts";
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { Json, JsonObject } from "../object/object.ts";
import { isDigest } from "./reference.ts";

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

export const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
] as const;
const indexTypes = new Set(["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"]);

/** The media types of a chart in a registry. Source: https://github.com/helm/helm/blob/v4.3.1/pkg/registry/constants.go */
export const helmTypes = {
  config: "application/vnd.cncf.helm.config.v1+json",
  layers: ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"],
} as const;

/** A manifest as JSON text. Errors: `invalid`; `name` names it in the message. */
export const parseManifest = (text: string, name: string): Manifest => {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw noManifest(name, "it is no JSON object");
  if (indexTypes.has(textOf(value["mediaType"])) || isJsonList(value["manifests"]))
    throw noManifest(name, "it is an index of several artifacts, as images for several platforms have", "name one artifact by its digest");
  const { config, layers } = value;
  if (!isJsonList(layers)) throw noManifest(name, "it has no layers");
  return {
    config: toDescriptor(config, name),
    layers: layers.map((layer) => toDescriptor(layer, name)),
    annotations: textsOf(value["annotations"]),
  };
};

/** The manifests that an index lists, as for referrers. Errors: `invalid`. */
export const parseIndex = (text: string, name: string): readonly Descriptor[] => {
  const value = parseJson(text);
  const manifests = isJsonObject(value) ? value["manifests"] : undefined;
  if (!isJsonList(manifests)) throw noManifest(name, "it is no index");
  return manifests.map((one) => toDescriptor(one, name));
};

const parseJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

const textsOf = (value: Json | undefined): Readonly<Record<string, string>> =>
  isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text]] : [])))
    : {};

const toDescriptor = (value: Json | undefined, name: string): Descriptor => {
  const { mediaType, digest, size, annotations, artifactType }: JsonObject = isJsonObject(value) ? value : {};
  if (typeof digest !== "string" || !isDigest(digest)) throw noManifest(name, "a descriptor has no SHA-256 digest");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw noManifest(name, "a descriptor has no size");
  return {
    mediaType: textOf(mediaType),
    digest,
    size,
    ...(isJsonObject(annotations) ? { annotations: textsOf(annotations) } : {}),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
  };
};

/**
 * The one layer of these media types, or the only layer at all where `mediaTypes` is empty.
 *
 * Errors: `invalid`, naming the types that are there.
 */
export const getLayer = (manifest: Manifest, mediaTypes: readonly string[], name: string): Descriptor => {
  const fitting = mediaTypes.length === 0 ? manifest.layers : manifest.layers.filter(({ mediaType }) => mediaTypes.includes(mediaType));
  const [layer, ...more] = fitting;
  if (layer !== undefined && more.length === 0) return layer;
  const there = [...new Set(manifest.layers.map(({ mediaType }) => mediaType))].join(", ");
  const wanted = mediaTypes.length === 0 ? "exactly one layer" : `one layer of the type ${mediaTypes.join(" or ")}`;
  throw noManifest(
    name,
    `it holds ${manifest.layers.length} layers (${there}), and ${wanted} is wanted`,
    "name the media type of the layer to take",
  );
};

const noManifest = (
  name: string,
  why: string,
  remedy = "check that the reference names an artifact of the kind that is wanted",
): WindlassError => new WindlassError({ code: "invalid", message: `${name} cannot be used: ${why}`, remedy, details: { reference: name } });
