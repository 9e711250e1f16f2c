// The programs of a control plane, built from Go modules once per version.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureGoBuild } from "./go-build.ts";

/** Where each program lies. */
export interface Binaries {
  readonly etcd: string;
  readonly "kube-apiserver": string;
  readonly "kube-controller-manager": string;
  readonly "kube-scheduler": string;
  readonly kubectl: string;
  readonly kwok: string;
}

const moduleDirectory = fileURLToPath(new URL("../../binaries", import.meta.url));

/** The Kubernetes release in binaries/go.mod. Clients refuse a server that does not tell its version. */
const kubernetesVersion = { gitVersion: "v1.37.2", gitMajor: "1", gitMinor: "37" };

/** The control plane's programs, built first where that was never done (10 minutes on two cores). Errors: as `ensureGoBuild`. */
export const ensureBinaries = async (report?: (line: string) => void): Promise<Binaries> => {
  const folder = await ensureGoBuild({
    name: "testbed",
    directory: moduleDirectory,
    packages: ["tool"],
    linkVariables: Object.entries(kubernetesVersion).map(([name, value]) => `k8s.io/component-base/version.${name}=${value}`),
    ...(report && { report }),
  });
  // Go names a program after its package's folder: etcd's is `server`.
  const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok"] as const;
  return { etcd: join(folder, "server"), ...Object.fromEntries(programs.map((name) => [name, join(folder, name)])) } as unknown as Binaries;
};
