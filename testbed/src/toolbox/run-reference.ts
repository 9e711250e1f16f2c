import { spawnSync } from "node:child_process";
import path from "node:path";

export interface ReferenceRun {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** What one of the reference command lines prints, run without a home, a cluster or a network (its proxy is a closed port). */
export const runReference = (
  directory: string,
  program: "helm" | "kustomize" | "sops",
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ReferenceRun => {
  const closed = "http://127.0.0.1:1";
  const run = spawnSync(path.join(directory, program), [...args], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: "/nonexistent",
      TZ: "UTC",
      KUBECONFIG: "/dev/null",
      HTTPS_PROXY: closed,
      HTTP_PROXY: closed,
      ...env,
    },
  });
  return { ok: run.status === 0, stdout: run.stdout, stderr: run.stderr };
};
