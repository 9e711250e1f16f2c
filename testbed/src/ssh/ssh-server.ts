// A real sshd on the loopback that serves the repositories of a folder to one key.
//
// sshd wants a user of its own for privilege separation, which a machine without it installed does not have. Under root it therefore runs in a mount
// namespace that shows it an /etc/passwd with that user, and a /run of its own; as anybody else it needs none.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findFreePort } from "../cluster/free-port.ts";
import { waitUntil } from "../cluster/wait-until.ts";
import type { Sshd } from "./ensure-sshd.ts";

export interface SshKey {
  /** The private key, in OpenSSH's form. */
  readonly privateKey: string;
  /** `TYPE KEY` */
  readonly publicKey: string;
}

export interface SshServer {
  /** `ssh://USER@127.0.0.1:PORT`; a path on the disk follows. */
  readonly url: string;
  /** The line of known_hosts that fits. */
  readonly knownHosts: string;
  /** The key that is let in. */
  readonly clientKey: SshKey;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** A new key pair, made by ssh-keygen in `folder`. */
export const createSshKey = async (folder: string, name: string, type: readonly string[] = ["-t", "ed25519"]): Promise<SshKey> => {
  const path = join(folder, name);
  await run("ssh-keygen", ["-q", ...type, "-N", "", "-C", name, "-f", path]);
  const [privateKey, publicKey] = await Promise.all([readFile(path, "utf8"), readFile(`${path}.pub`, "utf8")]);
  return { privateKey, publicKey: publicKey.split(" ", 2).join(" ") };
};

/** Starts sshd with everything it keeps in `directory`. */
export const startSshServer = async (sshd: Sshd, directory: string): Promise<SshServer> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const [hostKey, clientKey] = await Promise.all([createSshKey(directory, "host"), createSshKey(directory, "client")]);
  const port = await findFreePort();
  await writeFile(join(directory, "authorized_keys"), `${clientKey.publicKey}\n`, { mode: 0o600 });
  await writeFile(join(directory, "sshd_config"), toConfig(directory, port));
  const child = await spawnSshd(sshd, directory);
  await waitUntil(() => isListening(port), { what: `sshd at port ${port}`, timeoutMs: 30_000 });
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    knownHosts: `[127.0.0.1]:${port} ${hostKey.publicKey}`,
    clientKey,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
};

const toConfig = (directory: string, port: number): string =>
  [
    "ListenAddress 127.0.0.1",
    `Port ${port}`,
    `HostKey ${join(directory, "host")}`,
    `AuthorizedKeysFile ${join(directory, "authorized_keys")}`,
    `PidFile ${join(directory, "pid")}`,
    "UsePAM no",
    "StrictModes no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    "AcceptEnv GIT_PROTOCOL",
    "",
  ].join("\n");

const spawnSshd = async ({ program, libraryPath }: Sshd, directory: string): Promise<ChildProcess> => {
  const command = [program, "-D", "-e", "-f", join(directory, "sshd_config")];
  const asRoot = userInfo().uid === 0 && !(await hasSshdUser());
  if (asRoot) await writePasswd(directory);
  const script = 'mount --bind "$1" /etc/passwd && mount -t tmpfs -o mode=755 run /run && mkdir /run/sshd && shift && exec "$@"';
  const argv = asRoot ? ["unshare", "--mount", "sh", "-c", script, "sh", join(directory, "passwd"), ...command] : command;
  return spawn(argv[0] ?? "", argv.slice(1), {
    env: { PATH: process.env["PATH"], ...(libraryPath === "" ? {} : { LD_LIBRARY_PATH: libraryPath }) },
    stdio: ["ignore", "ignore", "ignore"],
  });
};

const hasSshdUser = async (): Promise<boolean> => /^sshd:/m.test(await readFile("/etc/passwd", "utf8"));

const writePasswd = async (directory: string): Promise<void> => {
  const own = await readFile("/etc/passwd", "utf8");
  await writeFile(join(directory, "passwd"), `${own.trimEnd()}\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`);
};

const isListening = async (port: number): Promise<boolean> => {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect").finally(() => socket.destroy());
  return true;
};
