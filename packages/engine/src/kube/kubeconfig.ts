// From a kubeconfig, or from the Pod we run in, to a connection.
import { readFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { access } from "node:fs/promises";
import { WindlassError } from "@windlass/core";
import type { KubeConnection, TlsSettings } from "./connection.ts";
import { textOf } from "./json-read.ts";
import { readKubeconfig, type Entry, type KubeconfigDocument } from "./kubeconfig-file.ts";
import { readClientCertificate, toCredential, toImpersonation, type Environment } from "./kubeconfig-user.ts";
import { checkAuthority, readPem } from "./pem.ts";

export interface KubeconfigOptions {
  /** Default: `KUBECONFIG`, `~/.kube/config`, or the Pod's ServiceAccount, whichever is there first. */
  readonly path?: string;
  /** Default: the file's `current-context`. */
  readonly context?: string;
  readonly env: Environment;
}

const refuse = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });

const entryOf = (entries: ReadonlyMap<string, Entry>, what: string, name: string, document: KubeconfigDocument): Entry => {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  const known = entries.size === 0 ? "none" : [...entries.keys()].map((key) => `"${key}"`).join(", ");
  throw refuse(`There is no ${what} "${name}" in ${document.files.join(", ")}.`, `Known there: ${known}.`);
};

const readTls = async (cluster: Entry, user: Entry): Promise<TlsSettings> => {
  const ca = await readPem(cluster, "certificate-authority");
  const clientCertificate = await readClientCertificate(user);
  const serverName = textOf(cluster.value["tls-server-name"]);
  return {
    insecure: cluster.value["insecure-skip-tls-verify"] === true,
    ...(ca === "" ? {} : { ca: checkAuthority(ca, cluster) }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(serverName === "" ? {} : { serverName }),
  };
};

const readServer = (cluster: Entry): string => {
  const server = textOf(cluster.value.server);
  const { protocol } = URL.parse(server) ?? { protocol: "" };
  if (protocol === "https:" || protocol === "http:") return server.replace(/\/+$/, "");
  throw refuse(`The server "${server}" in ${cluster.file} is not a URL.`, "Write it as https://HOST:PORT.");
};

const toConnection = async (document: KubeconfigDocument, name: string, env: Environment): Promise<KubeConnection> => {
  const context = entryOf(document.contexts, "context", name, document);
  const cluster = entryOf(document.clusters, "cluster", textOf(context.value.cluster), document);
  const userName = textOf(context.value.user);
  const user = userName === "" ? { value: {}, file: context.file } : entryOf(document.users, "user", userName, document);
  const proxyUrl = textOf(cluster.value["proxy-url"]);
  const impersonation = toImpersonation(user);
  return {
    server: readServer(cluster),
    namespace: textOf(context.value.namespace) || "default",
    origin: `context "${name}" in ${context.file}`,
    tls: await readTls(cluster, user),
    credential: toCredential({ user, cluster, env, origin: `user "${userName}" in ${user.file}` }),
    ...(proxyUrl === "" ? {} : { proxyUrl }),
    ...(impersonation === undefined ? {} : { impersonation }),
  };
};

const fromFiles = async (files: readonly string[], { context, env }: KubeconfigOptions): Promise<KubeConnection> => {
  const document = await readKubeconfig(files);
  const name = context ?? document.currentContext;
  if (name !== "") return toConnection(document, name, env);
  const known = [...document.contexts.keys()].map((key) => `"${key}"`).join(", ") || "none";
  throw refuse(`${files.join(", ")} has no current-context.`, `Choose one by --context. Known there: ${known}.`);
};

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The connection of the Pod we run in.
 *
 * Errors: `invalid` when this is not a Pod, or one without a ServiceAccount's token.
 * Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export const loadInClusterConnection = async (env: Environment, folder: string = serviceAccount): Promise<KubeConnection> => {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined || port === undefined)
    throw refuse("This does not run in a Pod: KUBERNETES_SERVICE_HOST is not set.", "Name a kubeconfig by --kubeconfig or KUBECONFIG.");
  const origin = `the Pod's ServiceAccount (${folder})`;
  try {
    const [ca, namespace] = await Promise.all([readFile(join(folder, "ca.crt"), "utf8"), readFile(join(folder, "namespace"), "utf8")]);
    return {
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      namespace: namespace.trim(),
      origin,
      tls: { ca, insecure: false },
      credential: { type: "tokenFile", path: join(folder, "token"), origin },
    };
  } catch (cause) {
    throw new WindlassError(
      { code: "invalid", message: `The files of ${origin} cannot be read.`, remedy: "Set automountServiceAccountToken: true on the Pod." },
      { cause },
    );
  }
};

const exists = async (file: string): Promise<boolean> => {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
};

/** Files that KUBECONFIG lists and that do not exist are skipped, as kubectl does; only when none is there it is an error. */
const filesInEnvironment = async (list: string): Promise<readonly string[]> => {
  const files = list
    .split(delimiter)
    .filter((file) => file !== "")
    .map((file) => resolve(file));
  const present = await Promise.all(files.map(exists));
  const found = files.filter((_, at) => present[at]);
  return found.length > 0 ? found : files;
};

/**
 * The connection that a kubeconfig describes.
 *
 * Errors: `invalid`, with the file and what is wrong in it: missing, no YAML, unknown context (the remedy lists the known ones), broken PEM.
 */
export const loadKubeconfig = async (options: KubeconfigOptions): Promise<KubeConnection> => {
  const { path, env } = options;
  if (path !== undefined) return fromFiles([resolve(path)], options);
  if (env.KUBECONFIG) return fromFiles(await filesInEnvironment(env.KUBECONFIG), options);
  const home = join(env.HOME ?? "/", ".kube", "config");
  if (await exists(home)) return fromFiles([home], options);
  if (env.KUBERNETES_SERVICE_HOST !== undefined) return loadInClusterConnection(env);
  throw refuse(`There is no kubeconfig: KUBECONFIG is not set and ${home} does not exist.`, "Name one by --kubeconfig or KUBECONFIG.");
};
