// Signatures as cosign leaves them beside an artifact: what was signed, as plain data. Whether a signature is good is for a hash and a key to say.
// Source: https://github.com/sigstore/cosign/blob/v2.4.0/specs/SIGNATURE_SPEC.md and
// https://github.com/sigstore/protobuf-specs/blob/v0.5.0/protos/sigstore_bundle.proto
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { Json, JsonObject } from "../object/object.ts";

export const cosignTypes = {
  payload: "application/vnd.dev.cosign.simplesigning.v1+json",
  bundle: "application/vnd.dev.sigstore.bundle.v0.3+json",
  statement: "application/vnd.in-toto+json",
} as const;

/** The annotation of a layer that carries the signature of its content, in base64. */
export const signatureAnnotation = "dev.cosignproject.cosign/signature";

/** The tag under which the signatures of a digest lie: `sha256-….sig`. */
export const signatureTag = (digest: string): string => `${digest.replace(":", "-")}.sig`;

const typeOfPayload = "cosign container image signature";

const parseObject = (text: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
};

const objectAt = (value: JsonObject, ...path: readonly string[]): JsonObject =>
  path.reduce<JsonObject>((here, field) => {
    const next = here[field];
    return isJsonObject(next) ? next : {};
  }, value);

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** The payload that says "this digest is what I signed". */
export const formatSigningPayload = (digest: string, reference: string): string =>
  JSON.stringify({
    critical: { identity: { "docker-reference": reference }, image: { "docker-manifest-digest": digest }, type: typeOfPayload },
    optional: null,
  });

/** The digest that a payload is about, or `undefined` when it is about something else. Errors: none (total). */
export const findSignedDigest = (payload: string): string | undefined => {
  const critical = objectAt(parseObject(payload), "critical");
  const digest = textOf(objectAt(critical, "image")["docker-manifest-digest"]);
  return critical["type"] === typeOfPayload && digest !== "" ? digest : undefined;
};

/** A signed statement inside a bundle; all three in base64 but the type. */
export interface SignedStatement {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly string[];
}

/** The statement of a bundle, or `undefined` where it has none. Errors: none (total). */
export const findStatement = (bundle: string): SignedStatement | undefined => {
  const { payloadType, payload, signatures } = objectAt(parseObject(bundle), "dsseEnvelope");
  if (!isJsonList(signatures) || textOf(payload) === "") return undefined;
  return {
    payloadType: textOf(payloadType),
    payload: textOf(payload),
    signatures: signatures.flatMap((one) => (isJsonObject(one) && textOf(one["sig"]) !== "" ? [textOf(one["sig"])] : [])),
  };
};

/** Whether a statement says that cosign signed the artifact of this digest. Errors: none (total). */
export const isStatementAbout = (statement: string, digest: string): boolean => {
  const { subject, predicateType } = parseObject(statement);
  if (predicateType !== "https://sigstore.dev/cosign/sign/v1" || !isJsonList(subject)) return false;
  return subject.some((one) => isJsonObject(one) && `sha256:${textOf(objectAt(one, "digest")["sha256"])}` === digest);
};
