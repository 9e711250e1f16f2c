// From a failed exchange to an error that a person can act on.
import { WindlassError } from "@windlass/core";

const codesOf = (cause: unknown): readonly string[] => {
  if (!(cause instanceof Error)) return [];
  const own = "code" in cause && typeof cause.code === "string" ? [cause.code] : [];
  return [...own, ...(cause instanceof AggregateError ? cause.errors.flatMap(codesOf) : []), ...codesOf(cause.cause)];
};

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "the authority of its certificate is not among the trusted ones",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the authority of its certificate is not among the trusted ones",
  UNABLE_TO_GET_ISSUER_CERT: "the authority of its certificate is not among the trusted ones",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the authority of its certificate is not among the trusted ones",
  CERT_SIGNATURE_FAILURE: "its certificate is not signed by the trusted authority of that name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet (look at this machine's clock)",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name is not known (DNS)",
  EAI_AGAIN: "its name cannot be looked up for now (DNS)",
  EHOSTUNREACH: "no route leads there",
  ENETUNREACH: "no route leads there",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
};

/** What a thrown transport error means; `subject` names what we talked to. An error of ours passes as it is. */
export const toHttpError = (cause: unknown, subject: string): WindlassError => {
  if (cause instanceof WindlassError) return cause;
  const codes = codesOf(cause);
  const reason = codes[0] ?? "";
  const distrust = codes.map((code) => untrusted[code]).find((text) => text !== undefined);
  if (distrust !== undefined)
    return new WindlassError(
      {
        code: "unavailable",
        message: `${subject} is not trusted: ${distrust}`,
        remedy: "give its certificate authority with the repository",
        details: { reason },
      },
      { cause },
    );
  const isHandshake = codes.some((code) => code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_"));
  const why = isHandshake
    ? "it does not speak TLS as we do"
    : (codes.map((code) => unreachable[code]).find((text) => text !== undefined) ?? "the connection was cut");
  return new WindlassError(
    {
      code: "unavailable",
      message: `${subject} cannot be reached: ${why}`,
      remedy: isHandshake
        ? "check the port; a server without TLS has to be named as such"
        : "check its address and the network between; it is tried again by itself",
      details: { reason },
    },
    { cause },
  );
};

/** What an answer means that is not the one that was hoped for. */
export const toStatusError = (status: number, subject: string): WindlassError => {
  const fail = (code: WindlassError["code"], what: string, remedy: string) =>
    new WindlassError({ code, message: `${subject} ${what}`, remedy, details: { status } });
  if (status === 401)
    return fail("unauthorized", "wants another credential (401)", "give the repository a credential, or correct the one it has");
  if (status === 403) return fail("forbidden", "does not let this credential in (403)", "give the credential the right to read it");
  if (status === 404 || status === 410) return fail("not_found", `does not exist (${status})`, "check the address");
  if (status === 408 || status === 429 || status >= 500)
    return fail("unavailable", `cannot answer for now (${status})`, "it is tried again by itself; look at the server if that lasts");
  return fail("invalid", `answered with status ${status}`, "check that the address is that of a repository and not of a web page");
};

export const timedOut = (subject: string, timeoutMs: number): WindlassError =>
  new WindlassError({
    code: "timeout",
    message: `${subject} did not answer completely within ${timeoutMs / 1000} s`,
    remedy: "it is tried again by itself; look at the server and the network if that lasts",
    details: { timeoutMs },
  });
