// How to reach an API server and as whom: plain data, made by `loadKubeconfig` or by hand.

/** Where the token (or the certificate) comes from. `origin` names it for people: `user "ci" in /home/x/.kube/config`. */
export type Credential =
  | { readonly type: "none"; readonly origin: string }
  | { readonly type: "token"; readonly token: string; readonly origin: string }
  | { readonly type: "tokenFile"; readonly path: string; readonly origin: string }
  | { readonly type: "basic"; readonly username: string; readonly password: string; readonly origin: string }
  | { readonly type: "exec"; readonly plugin: ExecPlugin; readonly origin: string };

/** A program that prints a credential: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly installHint: string;
  /** What `provideClusterInfo` asks for: `spec.cluster` of the program's `KUBERNETES_EXEC_INFO`. */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

/** A client certificate with its key, both PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsSettings {
  /** PEM of the only authorities that are trusted. Default: those of the machine. */
  readonly ca?: string;
  readonly clientCertificate?: ClientCertificate;
  readonly serverName?: string;
  /** Take any certificate. */
  readonly insecure: boolean;
}

/** Act as somebody else: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation */
export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface KubeConnection {
  /** Base URL without a slash at its end. */
  readonly server: string;
  /** The context's default namespace. */
  readonly namespace: string;
  /** Where these settings come from, for messages: `context "prod" in /home/x/.kube/config`. */
  readonly origin: string;
  readonly tls: TlsSettings;
  readonly credential: Credential;
  readonly proxyUrl?: string;
  readonly impersonation?: Impersonation;
}
