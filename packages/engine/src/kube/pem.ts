// Certificates and keys of a kubeconfig: from a file or from the document, checked before they reach a handshake that only says "no".
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { WindlassError } from "@windlass/core";
import type { ClientCertificate } from "./connection.ts";
import { textOf } from "./json-read.ts";
import { pathIn, type Entry } from "./kubeconfig-file.ts";

const fail = (message: string, cause?: unknown): WindlassError =>
  new WindlassError({ code: "invalid", message, remedy: "Get a fresh kubeconfig from whoever runs the cluster." }, { cause });

/** The PEM under `field` (a path) or `field-data` (base64), "" when there is neither. Data comes first, as in kubectl. */
export const readPem = async (entry: Entry, field: string): Promise<string> => {
  const data = textOf(entry.value[`${field}-data`]);
  if (data !== "") return Buffer.from(data, "base64").toString("utf8");
  const path = textOf(entry.value[field]);
  if (path === "") return "";
  const file = pathIn(entry, path);
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw fail(`${field} of ${entry.file} names ${file}, which cannot be read.`, cause);
  }
};

/** The authorities, checked. Errors: `invalid`. */
export const checkAuthority = (pem: string, entry: Entry): string => {
  try {
    return new X509Certificate(pem).raw.length > 0 ? pem : "";
  } catch (cause) {
    throw fail(`certificate-authority of ${entry.file} is not a PEM certificate.`, cause);
  }
};

/** A certificate and its key, checked to belong together. Errors: `invalid`. */
export const checkPair = (certificate: string, key: string, entry: Entry): ClientCertificate => {
  const check = (what: string, run: () => unknown): void => {
    try {
      run();
    } catch (cause) {
      throw fail(`${what} of ${entry.file}.`, cause);
    }
  };
  check("client-certificate is not a PEM certificate: user", () => new X509Certificate(certificate));
  check("client-key is not a PEM private key: user", () => createPrivateKey(key));
  check("client-key does not belong to client-certificate: user", () => createSecureContext({ cert: certificate, key }));
  return { certificate, key };
};
