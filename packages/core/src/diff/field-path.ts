/** One step of a path: a field's name, an item by its place or by what identifies it. */
export type Step = { readonly field: string } | { readonly index: number } | { readonly key: string };

const plainName = /^[A-Za-z_][\w-]*$/;

const formatStep = (step: Step): string => {
  if ("index" in step) return `[${step.index}]`;
  if ("key" in step) return `[${step.key}]`;
  return plainName.test(step.field) ? `.${step.field}` : `[${JSON.stringify(step.field)}]`;
};

/** A path as people read and write it: `spec.containers[name=api].image`, `metadata.labels["app.kubernetes.io/name"]`. */
export const formatPath = (path: readonly Step[]): string => path.map(formatStep).join("").replace(/^\./, "");
