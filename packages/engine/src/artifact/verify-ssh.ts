// The arithmetic of SSH signatures, by node:crypto: Ed25519, ECDSA, RSA, and the first two from a security key.
// Source: openssh-portable, PROTOCOL.sshsig, PROTOCOL.u2f, sshsig.c @V_9_9_P1; RFC 5656 section 3.1.2, RFC 8332 section 3.
import { createHash, createPublicKey, verify, type JsonWebKey } from "node:crypto";
import { parseSshSignature, toSignedBytes, WindlassError, type SshPublicKey, type SshSignature } from "@windlass/core";

/** A signature that fits the bytes, and its key; or why it does not. Whether the key is anybody's is for others to say. */
export type SshCheck =
  | { readonly status: "fits"; readonly signature: SshSignature }
  | { readonly status: "broken" | "weak" | "unsupported"; readonly explanation: string; readonly key?: SshPublicKey };

/** Checks an armored signature over `payload`. Errors: none; what cannot be read is `broken`. */
export const checkSshSignature = (armored: string, payload: Uint8Array): SshCheck => {
  const signature = parse(armored);
  if (signature === undefined) return { status: "broken", explanation: "is not in the form that ssh-keygen writes" };
  const { key } = signature;
  const scheme = schemes[key.type];
  if (scheme === undefined)
    return { status: "unsupported", explanation: `was made by a key of the type ${printable(key.type)}, which is not supported`, key };
  if (!scheme.algorithms.includes(signature.algorithm))
    return { status: "weak", explanation: `was made by ${printable(signature.algorithm)}, which is not accepted`, key };
  const messageHash = createHash(signature.hashAlgorithm).update(payload).digest();
  const check = scheme.check(signature, toSignedBytes(signature, messageHash));
  if (check === "weak") return { status: "weak", explanation: "was made by an RSA key of less than 2048 bits", key };
  return check
    ? { status: "fits", signature }
    : { status: "broken", explanation: "does not fit the content: one of them was altered", key };
};

const parse = (armored: string): SshSignature | undefined => {
  try {
    return parseSshSignature(armored);
  } catch (error) {
    if (error instanceof WindlassError) return undefined;
    throw error;
  }
};

const printable = (text: string): string => JSON.stringify(text.slice(0, 60));

interface Scheme {
  readonly algorithms: readonly string[];
  readonly check: (signature: SshSignature, signed: Uint8Array) => boolean | "weak";
}

const toBase64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** What `work` finds; a key or signature that node:crypto cannot even read fits nothing. */
const orBroken = (work: () => boolean): boolean => {
  try {
    return work();
  } catch {
    return false;
  }
};

const verifyBy = (jwk: JsonWebKey, hash: string | null, signed: Uint8Array, signature: Uint8Array): boolean =>
  verify(hash, signed, { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" }, signature);

const verifyEd25519 = ([point]: readonly Uint8Array[], signed: Uint8Array, signature: Uint8Array): boolean =>
  point?.length === 32 &&
  signature.length === 64 &&
  verifyBy({ kty: "OKP", crv: "Ed25519", x: toBase64Url(point) }, null, signed, signature);

interface Curve {
  readonly crv: string;
  readonly bytes: number;
  readonly hash: string;
}

const curves: Readonly<Record<string, Curve>> = {
  nistp256: { crv: "P-256", bytes: 32, hash: "sha256" },
  nistp384: { crv: "P-384", bytes: 48, hash: "sha384" },
  nistp521: { crv: "P-521", bytes: 66, hash: "sha512" },
};

const verifyEcdsa = (name: string, [curveName, point]: readonly Uint8Array[], signed: Uint8Array, signature: Uint8Array): boolean => {
  const curve = curves[name];
  if (curve === undefined || point === undefined || Buffer.from(curveName ?? []).toString() !== name) return false;
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes) return false;
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)].map(toBase64Url);
  const [r, s, ...more] = readIntegers(signature).map((integer) => toFixed(integer, curve.bytes));
  if (r === undefined || s === undefined || more.length > 0) return false;
  return verifyBy({ kty: "EC", crv: curve.crv, x: x ?? "", y: y ?? "" }, curve.hash, signed, Buffer.concat([r, s]));
};

/** Two integers, each with its length in four bytes before it. */
const readIntegers = (bytes: Uint8Array): readonly Uint8Array[] => {
  const view = Buffer.from(bytes);
  const integers: Uint8Array[] = [];
  for (let at = 0; at < view.length;) {
    const end = at + 4 + view.readUInt32BE(at);
    if (end > view.length) throw new RangeError("an integer ends too early");
    integers.push(view.subarray(at + 4, end));
    at = end;
  }
  return integers;
};

/** Without the zero that keeps an integer positive, and filled up in front. */
const toFixed = (integer: Uint8Array, bytes: number): Buffer => {
  const digits = integer.subarray(integer.findIndex((byte) => byte !== 0));
  if (digits.length > bytes) throw new RangeError("an integer is too large");
  return Buffer.concat([Buffer.alloc(bytes - digits.length), digits]);
};

const rsaBitsMin = 2048;

const verifyRsa = ({ key, algorithm, signature, trailer }: SshSignature, signed: Uint8Array): boolean | "weak" => {
  const [e, n] = key.fields;
  if (e === undefined || n === undefined || trailer.length > 0) return false;
  const modulus = n.subarray(n.findIndex((byte) => byte !== 0));
  if (modulus.length * 8 < rsaBitsMin) return "weak";
  const hash = algorithm === "rsa-sha2-512" ? "sha512" : "sha256";
  return orBroken(() =>
    verifyBy({ kty: "RSA", n: toBase64Url(modulus), e: toBase64Url(e) }, hash, signed, toFixed(signature, modulus.length)),
  );
};

/** What a security key signs: the hashes of application and content with, between them, its flags and counter. */
const toSecurityKeyBytes = (application: Uint8Array | undefined, trailer: Uint8Array, signed: Uint8Array): Buffer | undefined => {
  const wasTouched = trailer.length === 5 && ((trailer[0] ?? 0) & 1) === 1;
  if (application === undefined || !wasTouched) return undefined;
  const hash = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
  return Buffer.concat([hash(application), trailer, hash(signed)]);
};

const plain =
  (check: (fields: readonly Uint8Array[], signed: Uint8Array, signature: Uint8Array) => boolean): Scheme["check"] =>
  ({ key, signature, trailer }, signed) =>
    trailer.length === 0 && orBroken(() => check(key.fields, signed, signature));

const bySecurityKey =
  (check: (fields: readonly Uint8Array[], signed: Uint8Array, signature: Uint8Array) => boolean, applicationAt: number): Scheme["check"] =>
  ({ key, signature, trailer }, signed) => {
    const bytes = toSecurityKeyBytes(key.fields[applicationAt], trailer, signed);
    return bytes !== undefined && orBroken(() => check(key.fields, bytes, signature));
  };

const ecdsa = (name: string): Scheme => ({
  algorithms: [`ecdsa-sha2-${name}`],
  check: plain((fields, signed, signature) => verifyEcdsa(name, fields, signed, signature)),
});

const schemes: Readonly<Record<string, Scheme>> = {
  "ssh-ed25519": { algorithms: ["ssh-ed25519"], check: plain(verifyEd25519) },
  "ecdsa-sha2-nistp256": ecdsa("nistp256"),
  "ecdsa-sha2-nistp384": ecdsa("nistp384"),
  "ecdsa-sha2-nistp521": ecdsa("nistp521"),
  // Not `ssh-rsa`, which is SHA-1.
  "ssh-rsa": { algorithms: ["rsa-sha2-256", "rsa-sha2-512"], check: verifyRsa },
  "sk-ssh-ed25519@openssh.com": { algorithms: ["sk-ssh-ed25519@openssh.com"], check: bySecurityKey(verifyEd25519, 1) },
  "sk-ecdsa-sha2-nistp256@openssh.com": {
    algorithms: ["sk-ecdsa-sha2-nistp256@openssh.com"],
    check: bySecurityKey((fields, signed, signature) => verifyEcdsa("nistp256", fields, signed, signature), 2),
  },
};
