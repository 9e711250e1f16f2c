import { createPrivateKey, sign } from "node:crypto";
import {
  type OciReference,
  WindlassError,
  canonicalJson,
  cosignTypes,
  formatSigningPayload,
  signatureAnnotation,
  signatureTag,
} from "@windlass/core";
import { digestOf } from "../archive/blob-cache.ts";
import type { CallOptions } from "../http/types.ts";
import { type PackedArtifact, manifestType } from "./pack-artifact.ts";
import type { Registry } from "./registry.ts";

/** Stores an artifact under the reference's tag, the manifest last, so that nobody sees half of it. Errors: those of the registry. */
export const pushArtifact = async (
  registry: Registry,
  reference: OciReference,
  artifact: PackedArtifact,
  options: CallOptions = {},
): Promise<void> => {
  for (const { content, mediaType } of artifact.blobs) await registry.putBlob(reference, content, mediaType, options);
  await registry.putManifest(reference, artifact.manifest, artifact.manifestType, options);
};

export interface Signing {
  readonly reference: OciReference;
  /** The manifest's. */
  readonly digest: string;
  /** PEM of an unencrypted private key: ECDSA, Ed25519 or RSA. */
  readonly privateKey: string;
}

/**
 * Leaves a signature beside the digest where `cosign verify --key` finds it: under the tag `sha256-….sig`, in the place of one that was there.
 *
 * Errors: `invalid` for a key that is none or wants a passphrase; those of the registry.
 */
export const signArtifact = async (
  registry: Registry,
  { reference, digest, privateKey }: Signing,
  options: CallOptions = {},
): Promise<void> => {
  const { registry: host, repository } = reference;
  const payload = Buffer.from(formatSigningPayload(digest, `${host}/${repository}`));
  const signature = signWith(privateKey, payload);
  // Cosign's own form: an image whose layers are payloads.
  const config = Buffer.from(
    canonicalJson({ architecture: "", os: "", config: {}, rootfs: { type: "layers", diff_ids: [digestOf(payload)] } }),
  );
  const configBlob = await registry.putBlob(reference, config, "application/vnd.oci.image.config.v1+json", options);
  const layer = await registry.putBlob(reference, payload, cosignTypes.payload, options);
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: manifestType,
    config: configBlob,
    layers: [{ ...layer, annotations: { [signatureAnnotation]: signature.toString("base64") } }],
  });
  await registry.putManifest({ registry: host, repository, tag: signatureTag(digest) }, Buffer.from(manifest), manifestType, options);
};

const signWith = (pem: string, payload: Buffer): Buffer => {
  try {
    const key = createPrivateKey(pem);
    return sign(key.asymmetricKeyType === "ed25519" ? null : "sha256", payload, key);
  } catch {
    // The library's own words may quote the key.
    throw new WindlassError({
      code: "invalid",
      message: "the key to sign with is no unencrypted private key in PEM",
      remedy:
        "make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 (a key of cosign generate-key-pair is encrypted: sign with cosign itself)",
    });
  }
};
