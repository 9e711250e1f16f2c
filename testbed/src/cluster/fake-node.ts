import type { ApiRequest } from "./api-request.ts";

interface NodeConditions {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Registers a node, as a kubelet would. */
export const addNode = async (request: ApiRequest, name: string): Promise<void> => {
  const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
  await request("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name, labels } });
};

/** Whether Pods can be scheduled on a node: kwok has made it ready and the node controller has taken the taint off. */
export const isSchedulable = async (request: ApiRequest, name: string): Promise<boolean> => {
  const { spec, status } = (await request("GET", `/api/v1/nodes/${name}`)) as NodeConditions;
  return (spec?.taints ?? []).length === 0 && (status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
};
