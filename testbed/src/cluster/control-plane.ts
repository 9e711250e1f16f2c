// The command lines of a control plane on the loopback, kept as near to a production one as tests allow.
import { join } from "node:path";

/** Where a cluster's files and addresses are. */
export interface ClusterPlan {
  readonly name: string;
  readonly directory: string;
  readonly port: number;
  readonly etcdSocket: string;
  /** Appended to kube-apiserver's own; a flag given twice counts as given last. */
  readonly apiServerFlags: readonly string[];
}

/** The issuer that the API server signs and accepts ServiceAccount tokens of. */
export const tokenIssuer = "https://kubernetes.default.svc.cluster.local";

/** A single-member etcd on Unix sockets: no port to race for, and nobody else on the machine gets in. */
export const etcdArgs = (directory: string): readonly string[] => [
  "--name=testbed",
  `--data-dir=${join(directory, "data")}`,
  `--listen-client-urls=unix://${etcdSocketIn(directory)}`,
  `--advertise-client-urls=unix://${etcdSocketIn(directory)}`,
  `--listen-peer-urls=unix://${join(directory, "peer.sock")}`,
  "--initial-advertise-peer-urls=http://127.0.0.1:2380", // Never dialled: there is no second member.
  "--initial-cluster=testbed=http://127.0.0.1:2380",
  "--unsafe-no-fsync", // Data that is thrown away needs no disk.
  "--heartbeat-interval=10", // Alone, it elects itself after one election timeout.
  "--election-timeout=100",
  "--quota-backend-bytes=2147483648",
  "--log-level=warn",
];

/** etcd's client socket. */
export const etcdSocketIn = (directory: string): string => join(directory, "client.sock");

/** kube-apiserver with RBAC, TLS and a certificate for each client. */
export const apiServerArgs = ({ name, directory, port, etcdSocket, apiServerFlags }: ClusterPlan): readonly string[] => [
  `--etcd-servers=unix://${etcdSocket}`,
  `--etcd-prefix=/${name}`,
  "--bind-address=127.0.0.1",
  `--secure-port=${port}`,
  `--tls-cert-file=${join(directory, "server.crt")}`,
  `--tls-private-key-file=${join(directory, "server.key")}`,
  `--client-ca-file=${join(directory, "ca.crt")}`,
  "--anonymous-auth=false",
  "--authorization-mode=RBAC",
  `--service-account-issuer=${tokenIssuer}`,
  `--service-account-key-file=${join(directory, "service-account.key")}`,
  `--service-account-signing-key-file=${join(directory, "service-account.key")}`,
  "--service-cluster-ip-range=10.96.0.0/16",
  "--endpoint-reconciler-type=none", // It would refuse to advertise a loopback address.
  "--profiling=false",
  ...apiServerFlags,
];

/** kube-controller-manager with all controllers but the one that needs a metrics server and would only complain. */
export const controllerManagerArgs = (plan: ClusterPlan): readonly string[] => [
  `--kubeconfig=${join(plan.directory, "controller-manager.kubeconfig")}`,
  `--service-account-private-key-file=${join(plan.directory, "service-account.key")}`,
  `--root-ca-file=${join(plan.directory, "ca.crt")}`,
  `--cluster-signing-cert-file=${join(plan.directory, "ca.crt")}`,
  `--cluster-signing-key-file=${join(plan.directory, "ca.key")}`,
  "--controllers=*,-horizontal-pod-autoscaler-controller",
  ...unservedArgs,
];

/** kube-scheduler with its default profile. */
export const schedulerArgs = (plan: ClusterPlan): readonly string[] => [
  `--kubeconfig=${join(plan.directory, "scheduler.kubeconfig")}`,
  ...unservedArgs,
];

/** kwok, which plays the kubelet of every node after the rules of `kwok.yaml`. */
export const kwokArgs = (plan: ClusterPlan, configPath: string): readonly string[] => [
  `--kubeconfig=${join(plan.directory, "kwok.kubeconfig")}`,
  `--config=${configPath}`,
  "--manage-all-nodes=true",
  "--node-lease-duration-seconds=40",
];

/** One instance, no port, and no throttle of its own: tests wait for controllers. */
const unservedArgs = ["--leader-elect=false", "--secure-port=0", "--profiling=false", "--kube-api-qps=300", "--kube-api-burst=600"];
