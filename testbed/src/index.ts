// A real Kubernetes control plane (and a real Git server) for tests, benchmarks and the demo.
//
//   import { startCluster } from "@windlass/testbed";
//   const cluster = await startCluster({ name: "mine" });       // ~4 s: etcd, API server, controllers, scheduler, one fake node
//   cluster.kubeconfigPath, cluster.url                         // admin; verified TLS, client certificate
//   const namespace = await cluster.createNamespace();          // its own name; default ServiceAccount is there
//   await cluster.kubeconfigFor({ user: "eve", groups: ["dev"] });  // path of a kubeconfig without any right but what RBAC gives
//   await cluster.kubeconfigFor({ token: await cluster.issueToken({ namespace, serviceAccount: "default", validMs: -1 }) });  // expired
//   cluster.pause(); cluster.resume();                          // the API server hangs (SIGSTOP)
//   await cluster.apiServer.kill(); await cluster.apiServer.start(); await cluster.apiServer.restart();  // same port, same data
//   await cluster.stop();                                       // nothing is left behind; also not after kill -9 of this process
// Several clusters side by side: `const testbed = await startTestbed()`, `await testbed.startCluster({ name })` for each, `testbed.stop()`.
// Pods become Ready at once and the Pods of Jobs succeed after 0.1 s. An annotation on the Pod (template) changes that:
// `testbed.windlass.dev/behaviour: pending | no-image | unready | crash | run | fail`; see cluster/kwok.yaml.
export { type ApiRequest } from "./cluster/api-request.ts";
export { type ClusterAccess, type Identity, openCluster, type TokenRequest } from "./cluster/cluster-access.ts";
export { type Component } from "./cluster/component.ts";
export { type Cluster, type ClusterOptions } from "./cluster/start-cluster.ts";
export { waitUntil, type Waiting } from "./cluster/wait-until.ts";
export { startCluster, startTestbed, type StopOptions, type Testbed } from "./start-testbed.ts";
export { type FlakyProxy, type SeenRequest, startFlakyProxy } from "./proxy/flaky-proxy.ts";
export { type GitFault, type GitServer, type SeenGitRequest, startGitServer } from "./git/git-server.ts";
export { openRepositories } from "./git/git-repositories.ts";
export { ensureSshd } from "./ssh/ensure-sshd.ts";
export { createSshKey, type SshKey, type SshServer, startSshServer } from "./ssh/ssh-server.ts";
export { ensureRegistry, type RegistryOptions, startRegistry, type TestRegistry } from "./registry/start-registry.ts";
export { type ChartServer, type ChartServerOptions, type SeenFetch, type Served, startChartServer } from "./charts/chart-server.ts";
export { type Authority, createAuthority } from "./tls/authority.ts";
