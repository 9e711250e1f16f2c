// What a test may do with a cluster that it did not start: identities, namespaces, and nothing that disturbs its neighbours.
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openAuthority } from "../tls/authority.ts";
import { type ApiRequest, createHttpsRequest } from "./api-request.ts";
import { type Credential, formatKubeconfig } from "./kubeconfig.ts";
import { signServiceAccountToken } from "./service-account-token.ts";
import { waitUntil } from "./wait-until.ts";

/** Who a kubeconfig is to be for. A user has no rights but those that RBAC gives to it or to its groups. */
export type Identity =
  /** By client certificate. `validMs` may be negative: it has then expired. Default: 30 days. */
  | { readonly user: string; readonly groups?: readonly string[]; readonly validMs?: number }
  /** By bearer token, whatever it is. */
  | { readonly token: string };

/** Whose token to issue. The ServiceAccount must exist. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Negative: the token has expired already. Default: one hour. */
  readonly validMs?: number;
}

/** A running cluster, its admin's kubeconfig, and ways to make what tests need in it. */
export interface ClusterAccess {
  readonly name: string;
  /** `https://127.0.0.1:PORT`; certificates are verified with the kubeconfig's authority. */
  readonly url: string;
  /** A file with `kubeconfig`. Its user is in `system:masters`. */
  readonly kubeconfigPath: string;
  readonly kubeconfig: string;
  /** The path of a new kubeconfig for another identity. Errors: `unavailable` on a cluster that is not the testbed's own. */
  kubeconfigFor(identity: Identity): Promise<string>;
  /** A signed ServiceAccount token with any lifetime. Errors: `not_found`; `unavailable` on a cluster that is not the testbed's own. */
  issueToken(request: TokenRequest): Promise<string>;
  /** A namespace with a name nobody else has (`PREFIX-xxxxxxxx`), ready to take Pods. It goes with the cluster, or by `deleteNamespace`. */
  createNamespace(prefix?: string): Promise<string>;
  /** Starts the deletion of a namespace; what is in it goes in its own time. */
  deleteNamespace(name: string): Promise<void>;
  /** A request as the admin; JSON in, JSON out. For arranging and asserting in tests of things that are no client themselves. */
  readonly request: ApiRequest;
}

/** What of a cluster is on disk, beside its certificates, so that another process can open it. */
export interface ClusterRecord {
  readonly name: string;
  readonly url: string;
}

/** The cluster whose files are in `directory`: one that this or another process started. */
export const openCluster = async (directory: string): Promise<ClusterAccess> => {
  const read = (file: string): Promise<string> => readFile(join(directory, file), "utf8");
  const { name, url } = JSON.parse(await read("cluster.json")) as ClusterRecord;
  const authority = openAuthority({ certificate: await read("ca.crt"), key: await read("ca.key") });
  const client = { certificate: await read("admin.crt"), key: await read("admin.key") };
  const request = createHttpsRequest({ url, authority: authority.certificate }, client);
  const kubeconfigFor = async (identity: Identity): Promise<string> => {
    const user = "user" in identity ? identity.user : "token";
    const path = join(directory, `${randomUUID()}.kubeconfig`);
    const credential = toCredential(authority, identity);
    await writeFile(path, formatKubeconfig({ name, url, authority: authority.certificate, user, credential }), { mode: 0o600 });
    return path;
  };
  const issueToken = async ({ namespace, serviceAccount, validMs = 3_600_000 }: TokenRequest): Promise<string> => {
    const account = (await request("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}`)) as {
      metadata: { uid: string };
    };
    const key = await read("service-account.key");
    return signServiceAccountToken(key, { namespace, name: serviceAccount, uid: account.metadata.uid, validMs });
  };
  const kubeconfigPath = join(directory, "kubeconfig");
  return { name, url, kubeconfigPath, kubeconfig: await read("kubeconfig"), kubeconfigFor, issueToken, request, ...namespacesOf(request) };
};

const toCredential = (authority: ReturnType<typeof openAuthority>, identity: Identity): Credential => {
  if ("token" in identity) return identity;
  const { user, groups = [], validMs } = identity;
  const subject = { commonName: user, organizations: groups };
  return authority.issue({ usage: "client", subject, ...(validMs === undefined ? {} : { validMs }) });
};

const namespacesOf = (request: ApiRequest): Pick<ClusterAccess, "createNamespace" | "deleteNamespace"> => ({
  createNamespace: async (prefix = "test") => {
    const name = `${prefix}-${randomUUID().slice(0, 8)}`;
    await request("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    await waitUntil(() => request("GET", account), { what: `the default ServiceAccount of namespace ${name}`, timeoutMs: 20_000 });
    return name;
  },
  deleteNamespace: async (name) => {
    await request("DELETE", `/api/v1/namespaces/${name}`);
  },
});
