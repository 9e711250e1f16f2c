// A client of one registry API, as small as sources need it. Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
import {
  type Descriptor,
  type Manifest,
  type OciReference,
  WindlassError,
  formatOciReference,
  isDigest,
  isJsonObject,
  manifestTypes,
  parseIndex,
  parseManifest,
} from "@windlass/core";
import { digestOf } from "../archive/blob-cache.ts";
import type { HttpAnswer, HttpClient, HttpRequest } from "../http/http-client.ts";
import { toStatusError } from "../http/http-error.ts";
import type { CallOptions, HttpCredential } from "../http/types.ts";
import { createRegistryAuth } from "./registry-auth.ts";

export interface FetchedManifest {
  readonly manifest: Manifest;
  /** `sha256:…` of the manifest's bytes. */
  readonly digest: string;
  /** The bytes, as they arrived. */
  readonly bytes: Buffer;
}

export interface RegistryOptions {
  readonly client: HttpClient;
  readonly plainHttpHosts?: readonly string[];
  /** The secret for a repository, which is named as `oci://host/path`. */
  readonly credentialFor?: (repository: string) => Promise<HttpCredential | undefined> | HttpCredential | undefined;
}

/** What every call throws: `not_found`, `unauthorized`, `forbidden`, `invalid` (content, limit), `unavailable`, `timeout`; the signal's reason. */
export interface Registry {
  /** The manifest under the reference's digest, else under its tag, else under `latest`. A digest is checked. */
  getManifest(reference: OciReference, options?: CallOptions): Promise<FetchedManifest>;
  /** A blob, checked against digest and size. */
  getBlob(reference: OciReference, descriptor: Descriptor, options?: CallOptions): Promise<Buffer>;
  /** All tags, in the registry's order. */
  listTags(reference: OciReference, options?: CallOptions): Promise<readonly string[]>;
  /** The manifests that say they belong to a digest; none where the registry does not know of such. */
  listReferrers(reference: OciReference, digest: string, options?: CallOptions): Promise<readonly Descriptor[]>;
  /** Stores a blob, unless it is there; its descriptor. */
  putBlob(reference: OciReference, content: Uint8Array, mediaType: string, options?: CallOptions): Promise<Descriptor>;
  /** Stores a manifest under the reference's tag, or under its own digest where there is none; the digest. */
  putManifest(reference: OciReference, manifest: Uint8Array, mediaType: string, options?: CallOptions): Promise<string>;
}

const manifestBytesMax = 4 * 1024 * 1024;
const blobBytesMax = 256 * 1024 * 1024;
const tagsMax = 50_000;

type Call = Omit<HttpRequest, "url" | "repository" | "authorization" | "subject"> & {
  readonly path: string;
  readonly subject?: string;
};

export const createRegistry = ({ client, plainHttpHosts = [], credentialFor }: RegistryOptions): Registry => {
  const auth = createRegistryAuth(client);

  const originOf = ({ registry }: OciReference): URL => {
    // The name under which the world knows the registry of Docker is not the host that speaks the API.
    const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
    return new URL(`${plainHttpHosts.includes(host) ? "http" : "https"}://${host}`);
  };

  const call = async (reference: OciReference, access: "pull" | "pull,push", { path, ...request }: Call): Promise<HttpAnswer> => {
    const { registry: host, repository } = reference;
    const registry = originOf(reference);
    const name = formatOciReference({ registry: host, repository });
    const credential = await credentialFor?.(name);
    const subject = request.subject ?? formatOciReference(reference);
    // An upload goes on where the registry says: with our credential only if that is the registry itself.
    const url = new URL(path, registry);
    const scope = `repository:${repository}:${access}`;
    const signal = request.signal === undefined ? {} : { signal: request.signal };
    return auth.withAccess({ registry, scope, credential, subject, ...signal }, (authorization) => {
      const own = authorization === undefined || url.origin !== registry.origin ? {} : { authorization };
      return client.request({ ...request, ...own, url, repository: registry, subject });
    });
  };

  const getManifest = async (reference: OciReference, options: CallOptions = {}): Promise<FetchedManifest> => {
    const wanted = reference.digest ?? reference.tag ?? "latest";
    const answer = await call(reference, "pull", {
      path: `/v2/${reference.repository}/manifests/${wanted}`,
      headers: { accept: manifestTypes.join(", ") },
      bytesMax: manifestBytesMax,
      ...options,
    });
    const name = formatOciReference(reference);
    if (answer.status !== 200) throw toStatusError(answer.status, name);
    if (reference.digest !== undefined && answer.digest !== reference.digest) throw altered(name, reference.digest, answer.digest);
    return { manifest: parseManifest(answer.body.toString("utf8"), name), digest: answer.digest, bytes: answer.body };
  };

  const getBlob = async (reference: OciReference, { digest, size }: Descriptor, options: CallOptions = {}): Promise<Buffer> => {
    const name = `${digest} of ${formatOciReference(reference)}`;
    if (size > blobBytesMax) throw tooLarge(name, blobBytesMax);
    const answer = await call(reference, "pull", {
      path: `/v2/${reference.repository}/blobs/${digest}`,
      bytesMax: size,
      subject: name,
      ...options,
    });
    if (answer.status !== 200) throw toStatusError(answer.status, name);
    if (answer.digest !== digest) throw altered(name, digest, answer.digest);
    return answer.body;
  };

  const listTags = async (reference: OciReference, options: CallOptions = {}): Promise<readonly string[]> => {
    const tags: string[] = [];
    const name = formatOciReference({ registry: reference.registry, repository: reference.repository });
    let path: string | undefined = `/v2/${reference.repository}/tags/list?n=1000`;
    while (path !== undefined) {
      const answer: HttpAnswer = await call(reference, "pull", { path, bytesMax: manifestBytesMax, subject: name, ...options });
      if (answer.status !== 200) throw toStatusError(answer.status, name);
      const page = readTags(answer.body.toString("utf8"), name);
      tags.push(...page);
      if (tags.length > tagsMax) throw tooLarge(`the list of tags of ${name}`, tagsMax);
      path = page.length === 0 ? undefined : nextPage(answer, originOf(reference));
    }
    return tags;
  };

  const listReferrers = async (reference: OciReference, digest: string, options: CallOptions = {}): Promise<readonly Descriptor[]> => {
    const name = `the list of what belongs to ${digest} of ${formatOciReference(reference)}`;
    const answer = await call(reference, "pull", {
      path: `/v2/${reference.repository}/referrers/${digest}`,
      bytesMax: manifestBytesMax,
      subject: name,
      ...options,
    });
    // A registry without this API answers 404: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#unavailable-referrers-api
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw toStatusError(answer.status, name);
    return parseIndex(answer.body.toString("utf8"), name);
  };

  const putBlob: Registry["putBlob"] = async (reference, content, mediaType, options = {}) => {
    const descriptor = { mediaType, digest: digestOf(content), size: content.length };
    const blobs = `/v2/${reference.repository}/blobs/`;
    const there = await call(reference, "pull,push", { method: "HEAD", path: blobs + descriptor.digest, bytesMax: 0, ...options });
    if (there.status === 200) return descriptor;
    const opened = await call(reference, "pull,push", { method: "POST", path: `${blobs}uploads/`, bytesMax: manifestBytesMax, ...options });
    const location = opened.headers["location"];
    if (opened.status !== 202 || location === undefined) throw toStatusError(opened.status, formatOciReference(reference));
    const upload = new URL(location, originOf(reference));
    upload.searchParams.append("digest", descriptor.digest);
    const headers = { "content-type": "application/octet-stream" };
    const stored = await call(reference, "pull,push", {
      method: "PUT",
      path: upload.href,
      headers,
      body: content,
      bytesMax: manifestBytesMax,
      ...options,
    });
    if (stored.status !== 201) throw toStatusError(stored.status, formatOciReference(reference));
    return descriptor;
  };

  const putManifest: Registry["putManifest"] = async (reference, manifest, mediaType, options = {}) => {
    const digest = digestOf(manifest);
    const path = `/v2/${reference.repository}/manifests/${reference.tag ?? digest}`;
    const headers = { "content-type": mediaType };
    const stored = await call(reference, "pull,push", {
      method: "PUT",
      path,
      headers,
      body: manifest,
      bytesMax: manifestBytesMax,
      ...options,
    });
    if (stored.status !== 201) throw toStatusError(stored.status, formatOciReference(reference));
    return digest;
  };

  return { getManifest, getBlob, listTags, listReferrers, putBlob, putManifest };
};

const readTags = (text: string, name: string): readonly string[] => {
  const value: unknown = parseJson(text);
  const tags = isJsonObject(value) ? value["tags"] : undefined;
  if (tags === null) return [];
  if (!Array.isArray(tags))
    throw new WindlassError({
      code: "invalid",
      message: `${name} answers with no list of tags`,
      remedy: "check that the address is that of a registry",
    });
  return tags.filter((tag) => typeof tag === "string");
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `link: </v2/…?last=…>; rel="next"`, on the registry itself. */
const nextPage = ({ headers, url }: HttpAnswer, registry: URL): string | undefined => {
  const [, target] = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers["link"] ?? "") ?? [];
  const next = target === undefined ? null : URL.parse(target, url.href);
  return next?.host === registry.host ? next.pathname + next.search : undefined;
};

const altered = (name: string, wanted: string, got: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${name} is not what its digest says: it hashes to ${isDigest(got) ? got : "something else"}`,
    remedy: "what arrived was altered on the way or in the registry: look for who did that before trying again",
    details: { wanted, got },
  });

const tooLarge = (name: string, max: number): WindlassError =>
  new WindlassError({ code: "invalid", message: `${name} is larger than the limit of ${max}`, remedy: "use a smaller artifact" });
