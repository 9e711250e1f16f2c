// A real OCI registry on the loopback: distribution, built from testbed/registry like the programs of the control plane.
//
//   const registry = await startRegistry();                                    // plain HTTP, open to everybody
//   await startRegistry({ tls: authority, auth: "basic" });                    // registry.user may pull and push, others may not
//   await startRegistry({ auth: "token" });                                    // the same by the token flow of Docker
//   registry.host, registry.url                                                // 127.0.0.1:PORT, http(s)://127.0.0.1:PORT
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureGoBuild } from "../binaries/go-build.ts";
import { startComponent } from "../cluster/component.ts";
import { findFreePort } from "../cluster/free-port.ts";
import { startKeeper } from "../keeper/start-keeper.ts";
import type { Authority } from "../tls/authority.ts";
import { type TokenServer, startTokenServer } from "./token-server.ts";

export interface RegistryOptions {
  /** Serve TLS with a certificate of this authority. Default: plain HTTP. */
  readonly tls?: Authority;
  /** Default: "none". */
  readonly auth?: "none" | "basic" | "token";
}

export interface TestRegistry {
  readonly host: string;
  readonly url: string;
  /** Who may pull and push where there is authentication. */
  readonly user: { readonly username: string; readonly password: string };
  /** The server that gives out tokens, where `auth` is "token". */
  readonly tokens: TokenServer | undefined;
  stop(): Promise<void>;
}

const directory = fileURLToPath(new URL("../../registry", import.meta.url));

const user = { username: "ada", password: "swordfish" };
/** The user above, in the only form that the registry reads: bcrypt, at the lowest cost. */
const htpasswd = "ada:$2b$04$iCEr/4sfBa393UCZughmF.DmES3O3GaufvHVhA1f2zLsim0mtb/Uq\n";

/** The folder with the program `registry`, built first where that has not happened. Errors: as `ensureGoBuild`. */
export const ensureRegistry = (report?: (line: string) => void): Promise<string> =>
  ensureGoBuild({ name: "registry", directory, packages: ["."], ...(report && { report }) });

/** Starts a registry that keeps its content in memory; nothing of it outlives this process. Errors: `unavailable` with the end of its log. */
export const startRegistry = async ({ tls, auth = "none" }: RegistryOptions = {}): Promise<TestRegistry> => {
  const programs = await ensureRegistry();
  const folder = await mkdtemp(join(tmpdir(), "windlass-registry-"));
  const keeper = await startKeeper(folder);
  const tokens = auth === "token" ? await startTokenServer(folder, user) : undefined;
  const stop = async (): Promise<void> => {
    await tokens?.stop();
    await keeper.stop();
  };
  try {
    const host = `127.0.0.1:${await findFreePort()}`;
    const url = `${tls === undefined ? "http" : "https"}://${host}`;
    const config = join(folder, "config.json");
    await writeFile(config, JSON.stringify(await configure({ folder, host, tls, auth, tokens })));
    const args = ["serve", config];
    await startComponent(keeper, {
      name: "registry",
      command: join(programs, "registry"),
      args,
      logsDirectory: folder,
      isReady: () => isUp(host),
    });
    return { host, url, user, tokens, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

interface Configuration {
  readonly folder: string;
  readonly host: string;
  readonly tls: Authority | undefined;
  readonly auth: RegistryOptions["auth"];
  readonly tokens: TokenServer | undefined;
}

/** The registry's configuration, which is YAML and so may be JSON. Source: https://distribution.github.io/distribution/about/configuration */
const configure = async ({ folder, host, tls, auth, tokens }: Configuration): Promise<unknown> => ({
  version: "0.1",
  log: { level: "warn", accesslog: { disabled: true } },
  storage: { inmemory: {}, delete: { enabled: true } },
  http: { addr: host, ...(tls === undefined ? {} : { tls: await writeCertificate(folder, tls) }) },
  ...(auth === "basic" ? { auth: { htpasswd: { realm: "windlass", path: await writeIn(folder, "htpasswd", htpasswd) } } } : {}),
  ...(tokens === undefined ? {} : { auth: { token: tokens.registryConfiguration } }),
});

const writeIn = async (folder: string, name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
};

const writeCertificate = async (folder: string, authority: Authority): Promise<unknown> => {
  const { certificate, key } = authority.issue({ usage: "server", subject: { commonName: "registry" }, hosts: ["127.0.0.1", "localhost"] });
  return { certificate: await writeIn(folder, "registry.crt", certificate), key: await writeIn(folder, "registry.key", key) };
};

/** A connection is enough: with TLS, only the test knows whom to trust. */
const isUp = async (host: string): Promise<boolean> => {
  const [address = "", port = ""] = host.split(":");
  const socket = connect(Number(port), address);
  await once(socket, "connect").finally(() => socket.destroy());
  return true;
};
