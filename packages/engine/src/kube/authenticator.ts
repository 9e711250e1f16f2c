// The credential of a connection as it is now: files are read again, plugins run again, each as seldom as can be.
import { readFile } from "node:fs/promises";
import { WindlassError } from "@windlass/core";
import type { ClientCertificate, Credential } from "./connection.ts";
import { runExecPlugin } from "./exec-plugin.ts";
import { expiryOf } from "./token.ts";

/** What goes along with a request. */
export interface Identity {
  /** The `Authorization` header. */
  readonly authorization?: string;
  readonly certificate?: ClientCertificate;
  /** When it stops being good (epoch ms), as far as it says. */
  readonly expiresAtMs?: number;
}

export interface Authenticator {
  /** The identity to use now. Errors: `unauthorized` when it cannot be had. */
  get(): Promise<Identity>;
  /** The server refused `used` (401): a fresh identity, or `undefined` when there is none but that. */
  refresh(used: Identity): Promise<Identity | undefined>;
}

/** A token file is looked at again after this, as in client-go, since the kubelet rotates it long before it expires. */
const tokenFileMs = 60_000;
/** A plugin is asked anew this long before its credential expires, so that a request does not arrive too late. */
const expiryMarginMs = 10_000;

const bearer = (token: string): Identity => {
  const expiresAtMs = expiryOf(token)?.getTime();
  return { authorization: `Bearer ${token}`, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) };
};

const isSame = (one: Identity, other: Identity): boolean =>
  one.authorization === other.authorization && one.certificate?.certificate === other.certificate?.certificate;

const readTokenFile = async (path: string, origin: string): Promise<Identity> => {
  try {
    return bearer((await readFile(path, "utf8")).trim());
  } catch (cause) {
    throw new WindlassError(
      {
        code: "unauthorized",
        message: `The token file ${path} of ${origin} cannot be read.`,
        remedy: "Check that it exists and that this user may read it.",
      },
      { cause },
    );
  }
};

const constant = (identity: Identity): Authenticator => ({ get: async () => identity, refresh: async () => undefined });

interface Loaded {
  readonly identity: Identity;
  readonly goodUntilMs: number;
}

/** Loads when it has to, once for all who ask at the same time. */
const createReloading = (load: () => Promise<Loaded>): Authenticator => {
  let loaded: Loaded | undefined;
  let loading: Promise<Identity> | undefined;
  const reload = (): Promise<Identity> =>
    (loading ??= load()
      .then((fresh) => (loaded = fresh).identity)
      .finally(() => (loading = undefined)));
  return {
    get: async () => (loaded !== undefined && Date.now() < loaded.goodUntilMs ? loaded.identity : reload()),
    refresh: async (used) => {
      // Somebody else's 401 may have renewed it already.
      const fresh = loaded !== undefined && !isSame(loaded.identity, used) ? loaded.identity : await reload();
      return isSame(fresh, used) ? undefined : fresh;
    },
  };
};

/** The authenticator of a credential. */
export const createAuthenticator = (credential: Credential): Authenticator => {
  switch (credential.type) {
    case "none":
      return constant({});
    case "token":
      return constant(bearer(credential.token));
    case "basic":
      return constant({ authorization: `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}` });
    case "tokenFile":
      return createReloading(async () => ({
        identity: await readTokenFile(credential.path, credential.origin),
        goodUntilMs: Date.now() + tokenFileMs,
      }));
    case "exec":
      return createReloading(async () => {
        const { token, certificate, expiresAtMs } = await runExecPlugin(credential.plugin, credential.origin);
        const identity: Identity = {
          ...(token === undefined ? {} : bearer(token)),
          ...(certificate === undefined ? {} : { certificate }),
          ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
        };
        return { identity, goodUntilMs: expiresAtMs === undefined ? Number.POSITIVE_INFINITY : expiresAtMs - expiryMarginMs };
      });
  }
};
