// From the API server's refusal to an error that a person can act on. Pure.
import { WindlassError, type ErrorBody, type ErrorCode } from "@windlass/core";
import type { Cause, KubeStatus } from "./status.ts";

/** What was asked, for the sentence. */
export interface Asked {
  /** `apply`, `get`, `list`, … */
  readonly verb: string;
  /** What it was about: `ConfigMap shop/api`, `Deployments in shop`, `discovery`. */
  readonly subject: string;
  readonly serverUrl: string;
  /** Where the credential comes from. */
  readonly credentialOrigin: string;
  /** When the token expired, ISO 8601, if it says so and did. */
  readonly expiredAt?: string;
}

/** Fields that one other manager owns. */
interface FieldConflict {
  readonly manager: string;
  /** `.spec.replicas`, as the server writes them. */
  readonly fields: readonly string[];
}

/** The managers in the way of a server-side apply, with their fields, in the server's order. */
const conflictsOf = (causes: readonly Cause[]): readonly FieldConflict[] => {
  const fieldsOf = new Map<string, string[]>();
  for (const { reason, message, field } of causes) {
    const quoted = reason === "FieldManagerConflict" ? /^conflict with ("(?:[^"\\]|\\.)*")/.exec(message)?.[1] : undefined;
    if (quoted === undefined) continue;
    const manager = String(JSON.parse(quoted));
    fieldsOf.set(manager, [...(fieldsOf.get(manager) ?? []), field]);
  }
  return [...fieldsOf].map(([manager, fields]) => ({ manager, fields }));
};

/** Source: kubernetes apimachinery, pkg/api/errors and pkg/apis/meta/v1 `StatusReason`. */
const codeOfReason: Readonly<Record<string, ErrorCode>> = {
  Unauthorized: "unauthorized",
  Forbidden: "forbidden",
  NotFound: "not_found",
  AlreadyExists: "conflict",
  Conflict: "conflict",
  Gone: "conflict",
  Expired: "conflict",
  Invalid: "invalid",
  BadRequest: "invalid",
  MethodNotAllowed: "invalid",
  NotAcceptable: "invalid",
  UnsupportedMediaType: "invalid",
  RequestEntityTooLarge: "invalid",
  ServerTimeout: "timeout",
  Timeout: "timeout",
  TooManyRequests: "unavailable",
  ServiceUnavailable: "unavailable",
};

const codeOfHttp: Readonly<Record<number, ErrorCode>> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  405: "invalid",
  406: "invalid",
  409: "conflict",
  410: "conflict",
  413: "invalid",
  415: "invalid",
  422: "invalid",
  429: "unavailable",
  502: "unavailable",
  503: "unavailable",
  504: "timeout",
};

/** etcd has no leader for the moment, or lost one: passes by itself. */
export const isElection = (status: KubeStatus): boolean =>
  status.code === 500 && /etcdserver: (leader changed|no leader|request timed out)/.test(status.message);

const isWebhookFailure = (status: KubeStatus): boolean => /failed calling webhook|conversion webhook for .* failed/.test(status.message);

const isUidMismatch = ({ message, causes }: KubeStatus): boolean =>
  message.includes("uid mismatch:") ||
  message.includes("the UID in the precondition") ||
  causes.some(({ field }) => field === "metadata.uid");

/** The reasons we tell apart beyond the server's own. */
const reasonOf = (status: KubeStatus): string => {
  if (isUidMismatch(status)) return "UidMismatch";
  if (isWebhookFailure(status)) return "WebhookFailed";
  return (
    status.causes.find(({ reason }) => reason === "FieldManagerConflict" || reason === "NamespaceTerminating")?.reason ?? status.reason
  );
};

const codeOf = (status: KubeStatus, reason: string): ErrorCode => {
  if (reason === "UidMismatch") return "conflict";
  if (reason === "WebhookFailed" || isElection(status)) return "unavailable";
  // Server-side apply answers a field that the schema does not know with a bare 500.
  if (status.reason === "" && status.causes.length > 0) return "invalid";
  return codeOfReason[status.reason] ?? codeOfHttp[status.code] ?? "internal";
};

interface Denial {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly namespace: string;
}

/** What RBAC denied. Source: kubernetes apiserver, pkg/endpoints/handlers/responsewriters/errors.go `forbiddenMessage`. */
const denialOf = (message: string): Denial | undefined => {
  const found = /User "(.*?)" cannot (\S+) resource "(.*?)" in API group "(.*?)"(?: in the namespace "(.*?)")?/.exec(message);
  if (found === null) return undefined;
  const [, user = "", verb = "", resource = "", group = "", namespace = ""] = found;
  return { user, verb, resource, group, namespace };
};

const formatConflict = ({ manager, fields }: FieldConflict): string =>
  `${fields.length === 1 ? "field" : "fields"} ${fields.join(", ")} ${fields.length === 1 ? "is" : "are"} owned by "${manager}"`;

const formatCause = ({ field, message }: Cause): string => (field === "" ? message : `${field}: ${message}`);

const unauthorized = ({ serverUrl, credentialOrigin, expiredAt }: Asked): ErrorBody => ({
  code: "unauthorized",
  message:
    expiredAt === undefined
      ? `The API server ${serverUrl} does not accept the credential of ${credentialOrigin}.`
      : `The token of ${credentialOrigin} expired at ${expiredAt}; the API server ${serverUrl} does not accept it.`,
  remedy:
    expiredAt === undefined
      ? `Renew the credential of ${credentialOrigin}, or choose another context.`
      : `Renew the token of ${credentialOrigin}.`,
});

const forbidden = ({ verb, subject }: Asked, message: string): ErrorBody => {
  const denied = denialOf(message);
  if (denied === undefined) {
    return {
      code: "forbidden",
      message: `${subject}: ${verb} is forbidden: ${message}`,
      remedy: "Change what the message names: a quota, a policy or an admission rule of the cluster.",
    };
  }
  const scope = denied.namespace === "" ? "in the whole cluster" : `in namespace ${denied.namespace}`;
  const resource = denied.group === "" ? denied.resource : `${denied.resource}.${denied.group}`;
  return {
    code: "forbidden",
    message: `${subject}: user "${denied.user}" may not ${denied.verb} ${resource} ${scope}.`,
    remedy: `Grant the verb "${denied.verb}" on ${resource} ${scope} to "${denied.user}" by a Role or ClusterRole and its binding.`,
    details: { denied },
  };
};

const conflict = ({ subject, verb }: Asked, status: KubeStatus, reason: string): ErrorBody => {
  const conflicts = conflictsOf(status.causes);
  if (conflicts.length > 0) {
    return {
      code: "conflict",
      message: `${subject}: ${conflicts.map(formatConflict).join("; ")}.`,
      remedy: "Remove the field from the source, or set sync.force on the application to take it over.",
      details: { conflicts },
    };
  }
  if (reason === "UidMismatch")
    return {
      code: "conflict",
      message: `${subject}: ${verb} refused, the object was deleted or replaced by another of the same name.`,
      remedy: "Read it again and decide anew.",
    };
  if (reason === "AlreadyExists")
    return { code: "conflict", message: `${subject} exists already.`, remedy: "Read it, and decide whether it is to be taken over." };
  if (reason === "Expired" || reason === "Gone")
    return {
      code: "conflict",
      message: `${subject}: ${verb} from a version the server no longer has.`,
      remedy: "List again from the start.",
    };
  return {
    code: "conflict",
    message: `${subject}: ${verb} refused, the object has changed: ${status.message}`,
    remedy: "Read it again and decide anew.",
  };
};

const notFound = ({ subject, verb }: Asked, status: KubeStatus): ErrorBody => {
  if (status.kind === "namespaces")
    return {
      code: "not_found",
      message: `${subject}: namespace ${status.name} does not exist.`,
      remedy: `Create namespace ${status.name}, or add it to the source.`,
    };
  if (status.name !== "")
    return { code: "not_found", message: `${subject} does not exist.`, remedy: "Check its name, namespace and cluster." };
  return {
    code: "not_found",
    message: `${subject}: the API server has no such path to ${verb}.`,
    remedy: "Check that the kind is installed (its CRD or API service) and served in this version.",
  };
};

const plainRemedy: Readonly<Record<ErrorCode, string>> = {
  invalid: "Correct the fields named above in the source.",
  unavailable: "Try again later; look at the API server's health if it lasts.",
  timeout: "Try again later; look at the API server, its etcd and its webhooks if it lasts.",
  internal: "Look at the API server's log.",
  conflict: "",
  forbidden: "",
  not_found: "",
  unauthorized: "",
};

const plain = (code: ErrorCode, { subject, verb }: Asked, status: KubeStatus): ErrorBody => {
  const told = status.causes.length > 0 ? status.causes.map(formatCause).join("; ") : status.message || `HTTP status ${status.code}`;
  const fact = code === "invalid" ? "is not valid" : `${verb} failed`;
  const webhook = /webhook "(.*?)"/.exec(status.message)?.[1];
  return {
    code,
    message: `${subject}${code === "invalid" ? " " : ": "}${fact}: ${told}`,
    remedy:
      webhook === undefined
        ? plainRemedy[code]
        : `Repair webhook "${webhook}", its Service and its certificate, or remove its configuration.`,
  };
};

const describe = (code: ErrorCode, asked: Asked, status: KubeStatus, reason: string): ErrorBody => {
  switch (code) {
    case "unauthorized":
      return unauthorized(asked);
    case "forbidden":
      return forbidden(asked, status.message);
    case "conflict":
      return conflict(asked, status, reason);
    case "not_found":
      return notFound(asked, status);
    case "invalid":
    case "unavailable":
    case "timeout":
    case "internal":
      return plain(code, asked, status);
  }
};

/**
 * The error for a refusal.
 *
 * Shape: `details.reason` (the server's, or `FieldManagerConflict`, `UidMismatch`, `WebhookFailed`, `NamespaceTerminating`), `details.causes`,
 * `details.status`, and by case `details.conflicts` (FieldConflict[]) or `details.denied`.
 */
export const toStatusError = (asked: Asked, status: KubeStatus): WindlassError => {
  const reason = reasonOf(status);
  const body = describe(codeOf(status, reason), asked, status, reason);
  return new WindlassError({ ...body, details: { ...body.details, reason, causes: status.causes, status } });
};
