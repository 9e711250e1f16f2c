// From a failed connection to an error that a person can act on. Pure.
import { WindlassError, type ErrorBody } from "@windlass/core";

/** How a connection failed. `sent: false`: the request surely did not reach the server. */
export interface NetworkFailure {
  readonly error: WindlassError;
  readonly sent: boolean;
  /** Whether trying again soon can help. */
  readonly isTemporary: boolean;
}

/** Where we were going: the server, where its address comes from, and what was asked. */
export interface Destination {
  readonly serverUrl: string;
  readonly origin: string;
  readonly subject: string;
  readonly verb: string;
}

const causeCodes = (cause: unknown): readonly string[] => {
  if (!(cause instanceof Error)) return [];
  const own = "code" in cause && typeof cause.code === "string" ? [cause.code] : [];
  const nested = cause instanceof AggregateError ? cause.errors.flatMap(causeCodes) : [];
  return [...own, ...nested, ...causeCodes(cause.cause)];
};

const notConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_PRX_CONN",
  "UND_ERR_PRX_TLS",
]);
const slow = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it signed its certificate itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not among the trusted ones",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not among the trusted ones",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is not among the trusted ones",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not among the trusted ones",
  CERT_SIGNATURE_FAILURE: "its certificate is not signed by the trusted authority of that name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet (look at this machine's clock)",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

const isHandshake = (code: string): boolean => code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_");

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ENOTFOUND: "its name is not known (DNS)",
  EAI_AGAIN: "its name cannot be looked up for now (DNS)",
  EHOSTUNREACH: "no route leads there",
  ENETUNREACH: "no route leads there",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
  UND_ERR_PRX_CONN: "the proxy let no connection through",
};

const describe = (to: Destination, codes: readonly string[], message: string): ErrorBody => {
  const distrust = codes.map((code) => untrusted[code]).find((text) => text !== undefined);
  if (distrust !== undefined) {
    return {
      code: "unavailable",
      message: `The API server ${to.serverUrl} is not trusted: ${distrust}.`,
      remedy: `Correct certificate-authority-data (or tls-server-name) in ${to.origin}.`,
    };
  }
  if (codes.some((code) => slow.has(code))) {
    return {
      code: "timeout",
      message: `${to.subject}: the API server ${to.serverUrl} did not answer ${to.verb} in time.`,
      remedy: "Try again later; look at the API server and its webhooks if it lasts.",
    };
  }
  if (codes.some(isHandshake)) {
    return {
      code: "unavailable",
      message: `The API server ${to.serverUrl} and we cannot agree on TLS: ${message}`,
      remedy: `Check the address (https, port) and the client certificate in ${to.origin}.`,
    };
  }
  const why = codes.map((code) => unreachable[code]).find((text) => text !== undefined) ?? "the connection was cut";
  return {
    code: "unavailable",
    message: `The API server ${to.serverUrl} cannot be reached: ${why}.`,
    remedy: `Check that it runs and that the address in ${to.origin} is right.`,
  };
};

/** What a thrown transport error means. `details.reason` is the system's code (`ECONNREFUSED`, `CERT_HAS_EXPIRED`, …), "" if it has none. */
export const toNetworkFailure = (to: Destination, cause: unknown): NetworkFailure => {
  const codes = causeCodes(cause);
  const body = describe(to, codes, cause instanceof Error ? cause.message : String(cause));
  const isDistrust = codes.some((code) => code in untrusted || isHandshake(code));
  return {
    error: new WindlassError({ ...body, details: { reason: codes[0] ?? "", serverUrl: to.serverUrl } }, { cause }),
    sent: !isDistrust && !codes.some((code) => notConnected.has(code)),
    isTemporary: !isDistrust && !codes.includes("ENOTFOUND"),
  };
};
