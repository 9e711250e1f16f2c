// Files that somebody has put into a registry: a layer that is a packed folder, as Flux, ORAS and `windlass pack` make them.
import {
  type OciReference,
  WindlassError,
  findNewest,
  formatOciReference,
  getLayer,
  parseOciReference,
  tagToVersion,
} from "@windlass/core";
import { join } from "node:path";
import { createBlobCache } from "../archive/blob-cache.ts";
import { type ArchiveLimits, defaultArchiveLimits } from "../archive/limits.ts";
import { unpackTarGz } from "../archive/unpack.ts";
import { createHttpClient } from "../http/http-client.ts";
import type { CallOptions, HttpCredential, HttpSettings } from "../http/types.ts";
import { createRegistry } from "./registry.ts";
import { type Verification, verifySignature } from "./verify-signature.ts";

export interface ArtifactRequest {
  /** `oci://host/path`, with `:tag` or `@sha256:…` where not a range decides. */
  readonly url: string;
  /** A range of versions over the tags, as Helm reads it; instead of a tag. */
  readonly semver?: string;
  /** Which layer to take, where there are several. Default: the only one. */
  readonly layerMediaType?: string;
  /** Public keys in PEM, one of which must have signed the artifact. Default: nobody has to. */
  readonly trustedKeys?: readonly string[];
}

export interface ResolvedArtifact {
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  /** `1.2.3@sha256:…`, or the digest alone where no tag led to it. */
  readonly revision: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** What the manifest says about itself: `org.opencontainers.image.source` and more. Anybody can write that; a signature covers it. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Who signed it, where keys were given. */
  readonly verified?: Verification;
}

export interface ArtifactSourceOptions {
  /** An absolute folder for layers by digest; several processes may share it. */
  readonly cacheFolder: string;
  readonly http?: HttpSettings;
  readonly credentialFor?: (repository: string) => Promise<HttpCredential | undefined> | HttpCredential | undefined;
  readonly limits?: ArchiveLimits;
}

export interface ArtifactSource {
  /**
   * The artifact's files. Its signature is checked before anything of it is unpacked.
   *
   * Errors: `not_found`, `unauthorized`, `forbidden` (credential, signature), `invalid` (reference, content, limit), `unavailable`, `timeout`.
   */
  resolve(request: ArtifactRequest, options?: CallOptions): Promise<ResolvedArtifact>;
  close(): Promise<void>;
}

export const createArtifactSource = (options: ArtifactSourceOptions): ArtifactSource => {
  const { cacheFolder, http = {}, credentialFor, limits = defaultArchiveLimits } = options;
  const client = createHttpClient(http);
  const cache = createBlobCache(join(cacheFolder, "blobs"));
  const { plainHttpHosts = [] } = http;
  const registry = createRegistry({ client, plainHttpHosts, ...(credentialFor === undefined ? {} : { credentialFor }) });

  const findReference = async ({ url, semver }: ArtifactRequest, call: CallOptions): Promise<OciReference> => {
    const reference = parseOciReference(url);
    if (semver === undefined) return reference;
    if (reference.tag !== undefined || reference.digest !== undefined)
      throw new WindlassError({
        code: "invalid",
        message: `${url} names a tag or digest, and a range of versions stands beside it`,
        remedy: "give one of the two",
      });
    const tags = (await registry.listTags(reference, call)).map((tag) => ({ tag, version: tagToVersion(tag) }));
    const found = findNewest(tags, semver);
    if (found !== undefined) return { ...reference, tag: found.tag };
    throw new WindlassError({
      code: "not_found",
      message: `${url} has no tag for ${JSON.stringify(semver)}`,
      remedy: "check the range; a pre-release is taken only where the range names one",
    });
  };

  return {
    resolve: async (request, call = {}) => {
      const reference = await findReference(request, call);
      const subject = formatOciReference(reference);
      const { manifest, digest } = await registry.getManifest(reference, call);
      const { trustedKeys, layerMediaType } = request;
      const verified =
        trustedKeys === undefined ? undefined : await verifySignature(registry, { reference, digest, keys: trustedKeys }, call);
      const layer = getLayer(manifest, layerMediaType === undefined ? [] : [layerMediaType], subject);
      if (layer.size > limits.packedBytesMax)
        throw new WindlassError({
          code: "invalid",
          message: `${subject} is larger than ${limits.packedBytesMax} bytes`,
          remedy: "raise the limit if that is meant",
        });
      const cached = await cache.find(layer.digest);
      const packed = cached ?? (await registry.getBlob(reference, layer, call));
      if (cached === undefined) await cache.put(packed);
      const files = Object.fromEntries(await unpackTarGz(packed, { name: subject, limits, ...call }));
      const revision = reference.tag === undefined ? digest : `${tagToVersion(reference.tag)}@${digest}`;
      return { digest, revision, files, annotations: manifest.annotations, ...(verified === undefined ? {} : { verified }) };
    },
    close: () => client.close(),
  };
};
