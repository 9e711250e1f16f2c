// The cluster that a command works on, borrowed for as long as the command runs.
import { type KubeClient, createKubeClient, loadKubeconfig } from "@windlass/engine";
import type { CommandContext } from "../command.ts";

export interface OpenCluster {
  readonly kube: KubeClient;
  /** The context's namespace. */
  readonly namespace: string;
}

/** Runs `use` with a client of the cluster that the global options name, and closes it whatever happens. */
export const withCluster = async <T>({ env, globals }: CommandContext, use: (cluster: OpenCluster) => Promise<T>): Promise<T> => {
  const { kubeconfig, context } = globals();
  const config = await loadKubeconfig({
    env,
    ...(kubeconfig === undefined ? {} : { path: kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  const kube = createKubeClient({ config });
  try {
    return await use({ kube, namespace: config.namespace });
  } finally {
    await kube.close();
  }
};
