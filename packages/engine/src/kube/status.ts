// What the API server says when it refuses: `Status`, read without trust, since proxies in between answer in HTML.
import { isJsonObject, objectOf, textOf } from "./json-read.ts";

/** One thing that is wrong with an object. `field` is a path such as `spec.ports[0].port`, "" when the server names none. */
export interface Cause {
  readonly field: string;
  /** `FieldValueInvalid`, `FieldManagerConflict`, `UnknownField`, … */
  readonly reason: string;
  readonly message: string;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface KubeStatus {
  readonly code: number;
  /** "" where the server gives none, as in the errors of server-side apply's own decoding. */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly Cause[];
  /** What `details` names; `name` is "" for an answer about a whole path. */
  readonly name: string;
  readonly kind: string;
}

const toCause = (value: unknown): Cause => {
  const cause = objectOf(value);
  return { field: textOf(cause.field), reason: textOf(cause.reason), message: textOf(cause.message) };
};

/**
 * Field errors that the server tells in its message only.
 *
 * Source: structured-merge-diff's `typed.ValidationErrors` (` .spec.foo: field not declared in schema`) and apimachinery's strict decoding
 * error (`unknown field "spec.foo"`), as seen on Kubernetes 1.37.2.
 */
const causesInMessage = (message: string): readonly Cause[] => {
  if (message.includes("strict decoding error")) {
    return [...message.matchAll(/(unknown|duplicate) field "([^"]*)"/g)].map(([text, kind, field = ""]) => ({
      field,
      reason: kind === "unknown" ? "UnknownField" : "DuplicateField",
      message: text,
    }));
  }
  const typed = /^failed to create typed patch object \([^)]*\): (?:errors:)?(.*)$/s.exec(message)?.[1];
  return (typed?.split("\n") ?? []).flatMap((line) => {
    const [, field = "", text = ""] = /^\s*\.?(.+?): (.+)$/.exec(line) ?? [];
    const reason = text === "field not declared in schema" ? "UnknownField" : "FieldTypeInvalid";
    return field === "" ? [] : [{ field, reason, message: text }];
  });
};

/** The status in an answer's body; a body that is none becomes one, with the text's beginning as its message. */
export const toKubeStatus = (body: unknown, httpStatus: number): KubeStatus => {
  if (!isJsonObject(body) || body.kind !== "Status") {
    const text = typeof body === "string" ? body.trim().slice(0, 300) : "";
    return { code: httpStatus, reason: "", message: text, causes: [], name: "", kind: "" };
  }
  const details = objectOf(body.details);
  const message = textOf(body.message);
  const causes = Array.isArray(details.causes) ? details.causes.map(toCause) : causesInMessage(message);
  return {
    code: typeof body.code === "number" ? body.code : httpStatus,
    reason: textOf(body.reason),
    message,
    causes,
    name: textOf(details.name),
    kind: textOf(details.kind),
  };
};

const valueInMessage = /Invalid value: (?:"(?:[^"\\]|\\.)*"|\{.*?\}(?=: )|\S+(?=: ))|(?<=, got )&?\S.*$/g;

/** The status without the values it quotes, for kinds whose values are secret. */
export const redactStatus = (status: KubeStatus): KubeStatus => {
  const redact = (text: string): string =>
    text.replaceAll(valueInMessage, (found) => (found.startsWith("Invalid") ? "Invalid value: (hidden)" : "(hidden)"));
  return {
    ...status,
    message: redact(status.message),
    causes: status.causes.map((cause) => ({ ...cause, message: redact(cause.message) })),
  };
};
