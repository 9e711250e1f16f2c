// One cluster for all test files that want a real one: started before the first of them, ended after the last.
import type { TestProject } from "vitest/node";
import { ensureToolbox } from "./toolbox/ensure-toolbox.ts";
import { startCluster } from "./start-testbed.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Path of an admin's kubeconfig. */
    kubeconfig: string;
    /** Folder of the cluster, for `openCluster`; "" where a given cluster is used. */
    clusterDirectory: string;
  }
}

/** Starts the shared cluster, or takes the one that WINDLASS_TEST_KUBECONFIG names. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const given = process.env["WINDLASS_TEST_KUBECONFIG"];
  await ensureToolbox();
  if (given !== undefined) {
    project.provide("kubeconfig", given);
    project.provide("clusterDirectory", "");
    return async () => undefined;
  }
  const cluster = await startCluster({ name: "tests" });
  project.provide("kubeconfig", cluster.kubeconfigPath);
  project.provide("clusterDirectory", cluster.directory);
  return () => cluster.stop();
};
