// Whether an artifact was signed by a key that we trust. The answer is about the manifest's digest, and so about everything below it.
import { type KeyObject, createHash, createPublicKey, verify } from "node:crypto";
import {
  type Descriptor,
  type OciReference,
  WindlassError,
  cosignTypes,
  findSignedDigest,
  findStatement,
  formatOciReference,
  isStatementAbout,
  signatureAnnotation,
  signatureTag,
} from "@windlass/core";
import type { CallOptions } from "../http/types.ts";
import type { FetchedManifest, Registry } from "./registry.ts";

export interface Verification {
  /** `sha256:…` of the key (its DER form) that the signature was made with. */
  readonly key: string;
}

interface TrustedKey {
  readonly key: KeyObject;
  readonly id: string;
}

const signaturesMax = 50;
const signatureBytesMax = 1024 * 1024;

/** Public keys in PEM. Errors: `invalid`. */
const parseKeys = (keys: readonly string[]): readonly TrustedKey[] =>
  keys.map((pem, index) => {
    try {
      const key = createPublicKey(pem);
      if (key.asymmetricKeyType !== "ec" && key.asymmetricKeyType !== "ed25519" && key.asymmetricKeyType !== "rsa")
        throw new Error("unknown type");
      return {
        key,
        id: `sha256:${createHash("sha256")
          .update(key.export({ type: "spki", format: "der" }))
          .digest("hex")}`,
      };
    } catch (cause) {
      throw new WindlassError(
        { code: "invalid", message: `trusted key ${index + 1} is no public key in PEM`, remedy: "give the content of cosign.pub" },
        { cause },
      );
    }
  });

const isSignedBy = ({ key }: TrustedKey, content: Uint8Array, signature: Uint8Array): boolean => {
  try {
    return verify(key.asymmetricKeyType === "ed25519" ? null : "sha256", content, key, signature);
  } catch {
    return false;
  }
};

/**
 * Who of the keys has signed the digest: by cosign's tag `sha256-….sig`, or by a bundle that refers to it.
 *
 * Errors: `forbidden` when none has, saying whether there is no signature at all or only others; those of the registry.
 */
export const verifySignature = async (
  registry: Registry,
  { reference, digest, keys }: { readonly reference: OciReference; readonly digest: string; readonly keys: readonly string[] },
  options: CallOptions = {},
): Promise<Verification> => {
  const trusted = parseKeys(keys);
  const base = { registry: reference.registry, repository: reference.repository };
  const byTag = await findByTag(registry, base, digest, options);
  const byReferrer = await findByReferrer(registry, base, digest, options);
  const signatures = [...byTag, ...byReferrer];
  for (const { content, signature } of signatures) {
    const signer = trusted.find((key) => isSignedBy(key, content, signature));
    if (signer !== undefined) return { key: signer.id };
  }
  throw new WindlassError({
    code: "forbidden",
    message:
      signatures.length === 0
        ? `${formatOciReference({ ...base, digest })} is not signed`
        : `${formatOciReference({ ...base, digest })} is signed, but by none of the trusted keys`,
    remedy: "sign it (cosign sign --key, or windlass pack --sign), or find out who published it",
    details: { digest, signatures: signatures.length },
  });
};

/** Bytes that say "this digest", and what claims to be their signature. */
interface Claim {
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
}

const getOptional = async (registry: Registry, reference: OciReference, options: CallOptions): Promise<FetchedManifest | undefined> => {
  try {
    return await registry.getManifest(reference, options);
  } catch (error) {
    if (error instanceof WindlassError && error.code === "not_found") return undefined;
    throw error;
  }
};

const isSmall = ({ size }: Descriptor): boolean => size <= signatureBytesMax;

const findByTag = async (registry: Registry, base: OciReference, digest: string, options: CallOptions): Promise<readonly Claim[]> => {
  const found = await getOptional(registry, { ...base, tag: signatureTag(digest) }, options);
  const layers = (found?.manifest.layers ?? []).filter((layer) => layer.mediaType === cosignTypes.payload && isSmall(layer));
  const claims: Claim[] = [];
  for (const layer of layers.slice(0, signaturesMax)) {
    const content = await registry.getBlob(base, layer, options);
    const signature = Buffer.from(layer.annotations?.[signatureAnnotation] ?? "", "base64");
    if (findSignedDigest(content.toString("utf8")) === digest) claims.push({ content, signature });
  }
  return claims;
};

/** What a signature of an envelope covers. Source: https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md */
const preAuthentication = (type: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);

const findByReferrer = async (registry: Registry, base: OciReference, digest: string, options: CallOptions): Promise<readonly Claim[]> => {
  const referrers = (await registry.listReferrers(base, digest, options)).filter(({ artifactType }) => artifactType === cosignTypes.bundle);
  const claims: Claim[] = [];
  for (const referrer of referrers.slice(0, signaturesMax)) {
    const { manifest } = await registry.getManifest({ ...base, digest: referrer.digest }, options);
    const layer = manifest.layers.find(({ mediaType }) => mediaType === cosignTypes.bundle);
    const statement =
      layer === undefined || !isSmall(layer) ? undefined : findStatement((await registry.getBlob(base, layer, options)).toString("utf8"));
    if (statement?.payloadType !== cosignTypes.statement) continue;
    const payload = Buffer.from(statement.payload, "base64");
    if (!isStatementAbout(payload.toString("utf8"), digest)) continue;
    const content = preAuthentication(statement.payloadType, payload);
    claims.push(...statement.signatures.map((signature) => ({ content, signature: Buffer.from(signature, "base64") })));
  }
  return claims;
};
