export * from "./health/lua-runner.ts";
export * from "./health/rules-folder.ts";
export * from "./health/user-rules.ts";
export * from "./kube/client.ts";
export type * from "./kube/connection.ts";
export * from "./kube/kubeconfig.ts";
export type * from "./kube/types.ts";
export * from "./keep/keeper.ts";
export * from "./sync/applyset.ts";
export * from "./sync/delete.ts";
export * from "./sync/diff.ts";
export * from "./sync/inventory-store.ts";
export * from "./sync/sync.ts";
export * from "./sync/types.ts";
export * from "./sync/why.ts";
export * from "./source/detect-source.ts";
export * from "./source/list-folder.ts";
export * from "./source/load-files.ts";
export * from "./source/load-folder.ts";
export * from "./source/read-text-file.ts";
export * from "./source/types.ts";
export * from "./git/repository.ts";
export { createGithubAppCredential, type GithubApp } from "./git/github-app.ts";
export { parseGitRef, type GitRef, type ResolvedRef } from "./git/git-ref.ts";
export type { GitCredential, GitProtocol, GitProxy, GitRepositoryOptions } from "./git/options.ts";
export type { Closure, SourceFile, SourceTree } from "./git/read-tree.ts";
export type { GitCallOptions } from "./git/guards.ts";
export { createToolbox, type CallToolboxOptions, type Toolbox, type ToolboxResult, type ToolboxStats } from "./toolbox/toolbox.ts";
export type { ToolboxOptions, ToolboxRole } from "./toolbox/options.ts";
export type { SourceFiles } from "./toolbox/source-files.ts";
export * from "./toolbox/build-kustomize.ts";
export * from "./toolbox/decrypt-sops.ts";
export * from "./toolbox/eval-cel.ts";
export * from "./toolbox/eval-opa.ts";
export * from "./toolbox/render-helm.ts";
export * from "./artifact/artifact-store.ts";
export * from "./artifact/create-artifact.ts";
export * from "./artifact/read-artifact.ts";
export {
  parseTrust,
  verifyRevision,
  type RevisionVerdict,
  type SignedRevision,
  type Trust,
  type TrustFiles,
} from "./artifact/verify-signature.ts";
export { gitHash } from "./git/git-hash.ts";
export * from "./helm/chart-source.ts";
export type * from "./helm/types.ts";
export type { CallOptions, HttpCredential, HttpSettings } from "./http/types.ts";
export type { ArchiveLimits } from "./archive/limits.ts";
export * from "./lint/lint-path.ts";
export * from "./oci/artifact-source.ts";
export * from "./oci/docker-config.ts";
export * from "./oci/pack-artifact.ts";
export * from "./oci/push-artifact.ts";
export { createRegistry, type Registry, type RegistryOptions } from "./oci/registry.ts";
export { createHttpClient, type HttpClient } from "./http/http-client.ts";
