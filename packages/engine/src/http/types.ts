// What a client of a web server needs to know about it; the same for chart repositories and registries.

/**
 * A secret that opens a server. It is sent to the origin of the repository it was given for, and to no other but the one that a registry itself
 * names for getting tokens. To a registry, a `token` is the identity token that a login has left.
 */
export type HttpCredential =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

/** How to reach servers. */
export interface HttpSettings {
  /** PEM certificates to trust beside the machine's. */
  readonly certificateAuthority?: string;
  /** `host:port` of servers that are spoken to without TLS, for tests and a registry on this machine. Default: none. */
  readonly plainHttpHosts?: readonly string[];
  /** Deadline of one request with its redirects and its whole body. Default: 60 s. */
  readonly timeoutMs?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}
