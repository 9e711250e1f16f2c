import { groupOf } from "./object.ts";
import type { UpdatePath } from "./update.ts";

/** Where the built-in kinds keep a Pod's template: `metadata` and `spec` stand below it. A Pod is its own. */
const templatePaths: Readonly<Record<string, UpdatePath>> = {
  "/Pod": [],
  "/PodTemplate": ["template"],
  "/ReplicationController": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "apps/Deployment": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
  "batch/Job": ["spec", "template"],
};

/** Where an object holds its Pod's template, or `undefined` for kinds that have none. */
export const findTemplatePath = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): UpdatePath | undefined => {
  const key = `${groupOf(apiVersion)}/${kind}`;
  return Object.hasOwn(templatePaths, key) ? templatePaths[key] : undefined;
};
