// The envelope of an SSH signature and of an SSH public key, taken apart. The arithmetic is the engine's.
// Source: openssh-portable, PROTOCOL.sshsig @V_9_9_P1; RFC 4253 section 6.6, RFC 5656, RFC 8332, RFC 8709.
import { formatBase64, parseBase64 } from "./base64-bytes.ts";
import { concatBytes, decodeLatin1, encodeUtf8, fromHex } from "./bytes.ts";
import { malformed, type HashFunction } from "./git-object.ts";

/** A public key: its type's name, and the fields that follow it on the wire. `blob` is all of it, which is what fingerprints and lists compare. */
export interface SshPublicKey {
  readonly type: string;
  readonly fields: readonly Uint8Array[];
  readonly blob: Uint8Array;
}

export interface SshSignature {
  readonly key: SshPublicKey;
  /** What it was made for: `git` for commits and tags. */
  readonly namespace: string;
  readonly hashAlgorithm: "sha256" | "sha512";
  readonly algorithm: string;
  readonly signature: Uint8Array;
  /** Flags and counter that a security key has signed along; empty for other keys, where anything here is a byte too many. */
  readonly trailer: Uint8Array;
}

/** Reads `string` fields (a length of four bytes, then so many) one after the other. */
class FieldReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformed("an SSH key or signature ends too early");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  uint32(): number {
    return this.take(4).reduce((value, byte) => value * 256 + byte, 0);
  }

  string(): Uint8Array {
    return this.take(this.uint32());
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}

/** The key that these bytes are. Errors: `invalid`. */
export const parseSshPublicKey = (blob: Uint8Array): SshPublicKey => {
  const reader = new FieldReader(blob);
  const type = decodeLatin1(reader.string());
  const fields: Uint8Array[] = [];
  // A certificate is built otherwise; nobody here can check one, and its type says enough.
  while (!isCertificate(type) && !reader.isAtEnd()) fields.push(reader.string());
  return { type, fields, blob };
};

const isCertificate = (type: string): boolean => type.includes("-cert-v");

const armorPattern = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n*$/;

/** The signature in its text form. Errors: `invalid`. */
export const parseSshSignature = (armored: string): SshSignature => {
  const body = armorPattern.exec(armored.replaceAll("\r\n", "\n"))?.[1];
  const bytes = body === undefined ? undefined : parseBase64(body.replaceAll("\n", ""));
  if (bytes === undefined) throw malformed("an SSH signature is not in the form that ssh-keygen writes");
  const reader = new FieldReader(bytes);
  if (decodeLatin1(reader.take(6)) !== "SSHSIG" || reader.uint32() !== 1) throw malformed("an SSH signature is of an unknown version");
  const key = parseSshPublicKey(reader.string());
  const namespace = decodeLatin1(reader.string());
  reader.string();
  const hashAlgorithm = decodeLatin1(reader.string());
  if (hashAlgorithm !== "sha256" && hashAlgorithm !== "sha512")
    throw malformed(`an SSH signature uses the hash ${JSON.stringify(hashAlgorithm)}`);
  const inner = new FieldReader(reader.string());
  if (!reader.isAtEnd()) throw malformed("something follows an SSH signature");
  return { key, namespace, hashAlgorithm, algorithm: decodeLatin1(inner.string()), signature: inner.string(), trailer: inner.rest() };
};

/** The bytes that the key has signed: the envelope around the message's hash. */
export const toSignedBytes = (signature: Pick<SshSignature, "namespace" | "hashAlgorithm">, messageHash: Uint8Array): Uint8Array =>
  concatBytes([
    encodeUtf8("SSHSIG"),
    toField(encodeUtf8(signature.namespace)),
    toField(new Uint8Array()),
    toField(encodeUtf8(signature.hashAlgorithm)),
    toField(messageHash),
  ]);

const toField = (bytes: Uint8Array): Uint8Array =>
  concatBytes([Uint8Array.of(bytes.length >>> 24, bytes.length >>> 16, bytes.length >>> 8, bytes.length), bytes]);

/** A key's fingerprint as `ssh-keygen -l` shows it: `SHA256:…`. */
export const formatFingerprint = (blob: Uint8Array, hash: HashFunction): string => `SHA256:${formatBase64(fromHex(hash("sha256", blob)))}`;
