// Names of things in a registry. Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
import { WindlassError } from "../error.ts";

/** Where an artifact lies: `registry/repository`, and a tag or a digest where one was written. */
export interface OciReference {
  /** Host, with the port where one was written. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const namePattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const registryPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/** Whether a text is a digest that we check: SHA-256, in lower-case digits. */
export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

/** Whether a text can be a tag. */
export const isTag = (text: string): boolean => tagPattern.test(text);

/** Whether a text names something in a registry. */
export const isOciUrl = (text: string): boolean => text.startsWith("oci://");

/** The reference that `oci://host[:port]/path[:tag][@sha256:…]` writes. Errors: `invalid`, without repeating a password. */
export const parseOciReference = (text: string): OciReference => {
  const match = /^oci:\/\/([^/]+)\/([^:@]+)(?::([^@]*))?(?:@(.+))?$/.exec(text);
  const [, registry = "", path = "", tag, digest] = match ?? [];
  const repository = path.replace(/\/+$/, "");
  if (registry.includes("@"))
    throw invalid(
      `the URL of the registry at ${registry.slice(registry.lastIndexOf("@") + 1)} holds a user or a password`,
      "take it out of the URL and give it as the repository's credential",
    );
  if (match === null || !registryPattern.test(registry) || !namePattern.test(repository) || repository.length > 255)
    throw invalid(
      `${JSON.stringify(text)} is no reference to an artifact`,
      "write oci://HOST/PATH:TAG or oci://HOST/PATH@sha256:…, the path in lower case",
    );
  if (tag !== undefined && !isTag(versionToTag(tag)))
    throw invalid(`${JSON.stringify(tag)} is no tag`, "a tag has up to 128 letters, digits and . _ -");
  if (digest !== undefined && !isDigest(digest))
    throw invalid(`${JSON.stringify(digest)} is no digest that can be checked`, "write sha256: and 64 lower-case digits");
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag: versionToTag(tag) }),
    ...(digest === undefined ? {} : { digest }),
  };
};

/** The inverse of `parseOciReference`. */
export const formatOciReference = ({ registry, repository, tag, digest }: OciReference): string =>
  `oci://${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;

/** A version as a tag: a tag has no `+`. Source: https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v380 */
export const versionToTag = (version: string): string => version.replaceAll("+", "_");

/** The version that a tag stands for. */
export const tagToVersion = (tag: string): string => tag.replaceAll("_", "+");

const invalid = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });
