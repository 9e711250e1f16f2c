// A certificate authority for a cluster on the loopback. Node can read certificates but not write them, hence the few lines of DER.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from "./der.ts";

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a certificate is for. Kubernetes reads the common name as the user and each organization as a group. */
interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

/** A server's certificate carries the names and addresses it answers to; a client's carries who it is. */
type CertificateRequest =
  | { readonly usage: "server"; readonly subject: Subject; readonly hosts: readonly string[] }
  | { readonly usage: "client"; readonly subject: Subject; readonly validMs?: number };

/** Issues certificates that its own one vouches for. */
export interface Authority extends KeyPair {
  issue(request: CertificateRequest): KeyPair;
}

const ecdsaWithSha256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));
const dayMs = 86_400_000;

/** An authority with a fresh P-256 key, valid for 30 days: longer than any testbed should live. */
export const createAuthority = (commonName: string): Authority => {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = encodeName({ commonName });
  const extensions = [
    encodeExtension("2.5.29.19", sequence(boolean(true)), true),
    encodeExtension("2.5.29.15", bitString(Buffer.from([0b0000_0110]), 1), true),
  ];
  const certificate = signCertificate({
    issuer: name,
    issuerKey: keys.privateKey,
    subject: name,
    publicKey: keys.publicKey,
    validMs: 30 * dayMs,
    extensions,
  });
  return openAuthority({ certificate, key: toPem(keys.privateKey) });
};

/** The authority whose certificate and key were kept, to issue more. */
export const openAuthority = (authority: KeyPair): Authority => {
  const issuer = readSubjectName(authority.certificate);
  const issuerKey = createPrivateKey(authority.key);
  const issue = (request: CertificateRequest): KeyPair => {
    const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const validMs = (request.usage === "client" ? request.validMs : undefined) ?? 30 * dayMs;
    const subject = encodeName(request.subject);
    const certificate = signCertificate({
      issuer,
      issuerKey,
      subject,
      publicKey: keys.publicKey,
      validMs,
      extensions: extensionsOf(request),
    });
    return { certificate, key: toPem(keys.privateKey) };
  };
  return { ...authority, issue };
};

interface Unsigned {
  readonly issuer: Buffer;
  readonly issuerKey: KeyObject;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly validMs: number;
  readonly extensions: readonly Buffer[];
}

/** PEM of a version 3 certificate. Source: RFC 5280, 4.1. */
const signCertificate = ({ issuer, issuerKey, subject, publicKey, validMs, extensions }: Unsigned): string => {
  const now = Date.now();
  const validity = sequence(utcTime(new Date(now - dayMs)), utcTime(new Date(now + validMs)));
  const serial = randomBytes(16);
  serial.writeUInt8(serial.readUInt8(0) | 0x40, 0);
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    issuer,
    validity,
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions)),
  );
  const certificate = sequence(body, ecdsaWithSha256, bitString(sign("sha256", body, issuerKey)));
  return new X509Certificate(certificate).toString();
};

const encodeName = ({ commonName, organizations = [] }: Subject): Buffer =>
  sequence(
    ...organizations.map((organization) => set(sequence(objectIdentifier("2.5.4.10"), utf8String(organization)))),
    set(sequence(objectIdentifier("2.5.4.3"), utf8String(commonName))),
  );

/** The authority's own name holds nothing but a common name, so that it can be written again from what Node tells. */
const readSubjectName = (certificate: string): Buffer =>
  encodeName({ commonName: new X509Certificate(certificate).subject.replace(/^CN=/, "") });

const extensionsOf = (request: CertificateRequest): readonly Buffer[] => {
  const purpose = request.usage === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
  const usage = encodeExtension("2.5.29.37", sequence(objectIdentifier(purpose)));
  return request.usage === "server" ? [usage, encodeExtension("2.5.29.17", sequence(...request.hosts.map(encodeHost)))] : [usage];
};

const encodeHost = (host: string): Buffer =>
  isIP(host) === 4 ? implicit(7, Buffer.from(host.split(".").map(Number))) : implicit(2, Buffer.from(host));

const encodeExtension = (id: string, value: Buffer, isCritical = false): Buffer =>
  sequence(objectIdentifier(id), ...(isCritical ? [boolean(true)] : []), octetString(value));

const toPem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();
