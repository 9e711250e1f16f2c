// A folder as an OCI artifact: the same files and the same provenance give the same digest, wherever and whenever.
import { canonicalJson } from "@windlass/core";
import { digestOf } from "../archive/blob-cache.ts";
import { packTarGz } from "../archive/write-tar.ts";

/** Where the files come from. What is not known is left out; nothing is taken from the clock. */
export interface Provenance {
  /** URL of the repository. */
  readonly source?: string;
  /** `main@sha1:…` */
  readonly revision?: string;
  /** When the commit was made, in RFC 3339. */
  readonly created?: string;
}

export interface PackedArtifact {
  readonly manifest: Buffer;
  readonly manifestType: string;
  /** `sha256:…` of the manifest: the artifact's name. */
  readonly digest: string;
  readonly blobs: readonly { readonly content: Uint8Array; readonly mediaType: string }[];
}

export const manifestType = "application/vnd.oci.image.manifest.v1+json";
/** What Flux, Argo CD and ORAS all take for a packed folder. */
const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";
// Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor
const emptyConfig = { content: Buffer.from("{}"), mediaType: "application/vnd.oci.empty.v1+json" };

const annotationsOf = ({ source, revision, created }: Provenance): Readonly<Record<string, string>> => ({
  ...(source === undefined ? {} : { "org.opencontainers.image.source": source }),
  ...(revision === undefined ? {} : { "org.opencontainers.image.revision": revision }),
  ...(created === undefined ? {} : { "org.opencontainers.image.created": created }),
});

const describe = ({ content, mediaType }: PackedArtifact["blobs"][number]) => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

/** Errors: none (total). */
export const packArtifact = (files: ReadonlyMap<string, Uint8Array>, provenance: Provenance = {}): PackedArtifact => {
  const layer = { content: packTarGz(files), mediaType: layerType };
  const manifest = Buffer.from(
    canonicalJson({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: "application/vnd.windlass.source.v1",
      config: describe(emptyConfig),
      layers: [describe(layer)],
      annotations: annotationsOf(provenance),
    }),
  );
  return { manifest, manifestType, digest: digestOf(manifest), blobs: [emptyConfig, layer] };
};

/** The artifact as one file: an OCI image layout, packed. Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md */
export const toLayoutArchive = ({ manifest, manifestType, digest, blobs }: PackedArtifact): Uint8Array => {
  const blobPath = (name: string): string => `blobs/${name.replace(":", "/")}`;
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [{ mediaType: manifestType, digest, size: manifest.length }],
  };
  return packTarGz(
    new Map<string, Uint8Array>([
      ["oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
      ["index.json", Buffer.from(canonicalJson(index))],
      [blobPath(digest), manifest],
      ...blobs.map(({ content }) => [blobPath(digestOf(content)), content] as const),
    ]),
  );
};
