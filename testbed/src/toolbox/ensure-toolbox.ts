import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureGoBuild } from "../binaries/go-build.ts";

const directory = fileURLToPath(new URL("../../../toolbox", import.meta.url));

/** The kustomize release that ships the library in toolbox/go.mod: what `buildMetadata: [managedByLabel]` writes. */
const kustomizeVersion = "v5.8.2";

/** The folder with the toolbox's programs `render`, `eval` and `keys`, built first where that has not happened. Errors: as `ensureGoBuild`. */
export const ensureToolbox = (report?: (line: string) => void): Promise<string> =>
  ensureGoBuild({
    name: "toolbox",
    directory,
    packages: ["./render", "./eval", "./keys"],
    linkVariables: [`sigs.k8s.io/kustomize/api/provenance.version=${kustomizeVersion}`],
    ...(report && { report }),
  });

/** The folder with the libraries' own command lines `helm`, `kustomize` and `sops`, for tests that compare. Errors: as `ensureGoBuild`. */
export const ensureToolboxReference = (report?: (line: string) => void): Promise<string> =>
  ensureGoBuild({
    name: "toolbox-reference",
    directory: path.join(directory, "reference"),
    packages: ["tool"],
    ...(report && { report }),
  });
