// Whether the API server refused a change because a field can't be changed at all, and for no other reason.

/** One cause of a Status, as the API server sends it. */
export interface StatusCause {
  readonly field?: string;
  readonly reason?: string;
  readonly message?: string;
}

/**
 * The sentences with which Kubernetes says that a field is fixed.
 *
 * Source: kubernetes/kubernetes @v1.37.2: apimachinery validation (`field is immutable`), core services (`may not change once set`),
 * apps StatefulSet (`updates to statefulset spec for fields other than`), core PersistentVolumeClaim (`spec is immutable after creation`),
 * rbac (`cannot change roleRef`), storage (`updates to parameters are forbidden`, `updates to provisioner are forbidden`).
 */
const sentences = [
  "field is immutable",
  "may not change once set",
  "updates to statefulset spec for fields other than",
  "is immutable after creation",
  "cannot change roleref",
  "updates to parameters are forbidden",
  "updates to provisioner are forbidden",
];

const saysImmutable = ({ reason, message = "" }: StatusCause): boolean =>
  (reason === "FieldValueInvalid" || reason === "FieldValueForbidden") &&
  sentences.some((sentence) => message.toLowerCase().includes(sentence));

/** True when every cause is an immutable field. One ordinary validation error among them makes it false: then nothing may be deleted. */
export const isImmutableRefusal = (causes: readonly StatusCause[]): boolean => causes.length > 0 && causes.every(saysImmutable);
