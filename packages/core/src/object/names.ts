// What Kubernetes accepts as names. The rules here are those that hold for every kind; a kind's own ones are the API server's to check.

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const version = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const subdomainRule = "lower-case letters, digits, - and ., at most 253 characters, beginning and ending with a letter or a digit";
const labelRule = "lower-case letters, digits and -, at most 63 characters, beginning and ending with a letter or a digit";

/** Kinds of Kubernetes itself whose names may be any path segment, such as `system:node`. */
const isFreelyNamed = (group: string): boolean =>
  group === "rbac.authorization.k8s.io" || (group.includes(".") && !group.endsWith(".k8s.io"));

/**
 * Why a name cannot be an object's, or `undefined`. Built-in groups but RBAC's want a DNS name; of other groups only what no URL can hold is refused,
 * since an aggregated API may have rules of its own.
 *
 * Source: k8s.io/apimachinery v0.37.2, pkg/api/validation/path and pkg/util/validation
 */
export const findNameFault = (group: string, name: string): string | undefined => {
  if (name === "." || name === ".." || /[/%]/.test(name))
    return `${JSON.stringify(name)} cannot be a name: no ., .., / or % may stand in it`;
  if (isFreelyNamed(group) || (subdomain.test(name) && name.length <= 253)) return undefined;
  return `${JSON.stringify(name)} is no DNS name: ${subdomainRule}`;
};

/** Why a text cannot be a namespace's name, or `undefined`. */
export const findNamespaceFault = (name: string): string | undefined =>
  label.test(name) && name.length <= 63 ? undefined : `${JSON.stringify(name)} is no name of a namespace: ${labelRule}`;

/** Whether a text is `VERSION` or `GROUP/VERSION`. */
export const isApiVersion = (text: string): boolean => {
  const [first = "", second, ...rest] = text.split("/");
  if (rest.length > 0) return false;
  return second === undefined ? version.test(first) : subdomain.test(first) && first.length <= 253 && version.test(second);
};

/** Whether a text can be a kind: letters and digits, a letter first. */
export const isKind = (text: string): boolean => /^[A-Za-z][A-Za-z0-9]{0,62}$/.test(text);
