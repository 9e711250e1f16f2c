// Users of a kubeconfig: who we are, and how we prove it.
import { WindlassError, type JsonObject } from "@windlass/core";
import type { ClientCertificate, Credential, ExecPlugin, Impersonation } from "./connection.ts";
import { isJsonObject, objectOf, objectsOf, textOf, textsOf } from "./json-read.ts";
import { pathIn, type Entry } from "./kubeconfig-file.ts";
import { checkPair, readPem } from "./pem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface UserDeps {
  readonly user: Entry;
  readonly cluster: Entry;
  readonly env: Environment;
  readonly origin: string;
}

const refuse = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });

/** `spec.cluster` for the plugin: the cluster's own fields, paths and all, as kubectl passes them. */
const clusterInfo = ({ value }: Entry): Readonly<Record<string, unknown>> => ({
  server: value.server,
  ...(value["tls-server-name"] === undefined ? {} : { "tls-server-name": value["tls-server-name"] }),
  ...(value["insecure-skip-tls-verify"] === undefined ? {} : { "insecure-skip-tls-verify": value["insecure-skip-tls-verify"] }),
  ...(value["certificate-authority-data"] === undefined ? {} : { "certificate-authority-data": value["certificate-authority-data"] }),
  ...(value["proxy-url"] === undefined ? {} : { "proxy-url": value["proxy-url"] }),
});

const toPlugin = (exec: JsonObject, { user, cluster, env, origin }: UserDeps): ExecPlugin => {
  const command = textOf(exec.command);
  if (command === "") throw refuse(`The exec plugin of ${origin} has no command.`, "Add exec.command.");
  if (exec.interactiveMode === "Always") {
    throw refuse(
      `The credential plugin "${command}" of ${origin} wants a terminal (interactiveMode: Always).`,
      "Use a plugin that works without one, or a token.",
    );
  }
  const own = objectsOf(exec.env).map(({ name, value }) => [textOf(name), textOf(value)] as const);
  return {
    apiVersion: textOf(exec.apiVersion),
    // A bare name is looked up in PATH, anything with a slash beside the kubeconfig.
    command: command.includes("/") ? pathIn(user, command) : command,
    args: textsOf(exec.args),
    env: { ...env, ...Object.fromEntries(own) },
    installHint: textOf(exec.installHint).trim(),
    ...(exec.provideClusterInfo === true ? { cluster: clusterInfo(cluster) } : {}),
  };
};

/** The credential of a user. Its order is kubectl's: token file, token, password, plugin. */
export const toCredential = (deps: UserDeps): Credential => {
  const { user, origin } = deps;
  const { value } = user;
  const tokenFile = textOf(value.tokenFile);
  if (tokenFile !== "") return { type: "tokenFile", path: pathIn(user, tokenFile), origin };
  const token = textOf(value.token);
  if (token !== "") return { type: "token", token, origin };
  const username = textOf(value.username);
  if (username !== "") return { type: "basic", username, password: textOf(value.password), origin };
  if (isJsonObject(value.exec)) return { type: "exec", plugin: toPlugin(value.exec, deps), origin };
  if (value["auth-provider"] !== undefined) {
    throw refuse(
      `${origin} uses auth-provider, which Kubernetes removed.`,
      "Make a fresh kubeconfig, whose user has an exec plugin instead.",
    );
  }
  return { type: "none", origin };
};

/** The client certificate of a user, or `undefined`. Errors: `invalid` when certificate or key is broken, or one of the two missing. */
export const readClientCertificate = async (user: Entry): Promise<ClientCertificate | undefined> => {
  const [certificate, key] = await Promise.all([readPem(user, "client-certificate"), readPem(user, "client-key")]);
  return certificate === "" && key === "" ? undefined : checkPair(certificate, key, user);
};

/** Whom a user acts as, or `undefined`. */
export const toImpersonation = ({ value }: Entry): Impersonation | undefined => {
  const user = textOf(value.as);
  if (user === "") return undefined;
  const extra = Object.entries(objectOf(value["as-user-extra"])).map(([key, values]) => [key, textsOf(values)] as const);
  return {
    user,
    ...(value["as-groups"] === undefined ? {} : { groups: textsOf(value["as-groups"]) }),
    ...(value["as-uid"] === undefined ? {} : { uid: textOf(value["as-uid"]) }),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
};
