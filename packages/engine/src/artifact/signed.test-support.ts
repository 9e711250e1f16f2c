// Commits and tags signed by the real git, ssh-keygen and gpg. What they once wrote is kept in testdata/signed.json, for machines without them.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createSshKey, openRepositories, type SshKey } from "@windlass/testbed";

/** An object as Git wrote it, and the trust files to judge it by. */
export interface SignedCase {
  readonly name: string;
  readonly type: "commit" | "tag";
  readonly content: string;
  readonly allowedSigners?: string;
  readonly gpgKeys?: string;
}

type Env = Readonly<Record<string, string>>;

const run = promisify(execFile);

/** When commits are made: keys expire and are revoked around it. */
const date = "2024-06-01T12:00:00Z";
const dates: Env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };

/** A repository to sign in; each case gets a commit of its own. */
const openSigner = async (folder: string) => {
  const repositories = await openRepositories(folder, "");
  await repositories.createRepository("signed");
  const read = async (type: SignedCase["type"], name: string): Promise<string> => {
    // `cat-file` ends where the object ends: trimmed, it would be another object.
    const { stdout } = await run("git", ["-C", join(folder, "work/signed"), "cat-file", type, name]);
    return stdout;
  };
  return {
    commit: async (config: readonly string[], env: Env = {}): Promise<string> => {
      await repositories.git("signed", [...config, "commit", "--quiet", "--allow-empty", "-S", "-m", "sign me"], { ...dates, ...env });
      return read("commit", "HEAD");
    },
    tag: async (config: readonly string[], name: string, env: Env = {}): Promise<string> => {
      await repositories.git("signed", [...config, "tag", "-s", "-m", "release", name], { ...dates, ...env });
      return read("tag", name);
    },
  };
};

const sshTypes: Readonly<Record<string, readonly string[]>> = {
  ed25519: ["-t", "ed25519"],
  "ecdsa-256": ["-t", "ecdsa", "-b", "256"],
  "ecdsa-384": ["-t", "ecdsa", "-b", "384"],
  "ecdsa-521": ["-t", "ecdsa", "-b", "521"],
  rsa: ["-t", "rsa", "-b", "3072"],
  "rsa-small": ["-t", "rsa", "-b", "1024"],
};

const lineOf = ({ publicKey }: SshKey): string => `ann@example.com ${publicKey}\n`;

/** One commit for each type of SSH key, and a tag. Needs git and ssh-keygen. */
export const signBySsh = async (folder: string): Promise<readonly SignedCase[]> => {
  await mkdir(folder, { recursive: true });
  const signer = await openSigner(folder);
  const cases: SignedCase[] = [];
  for (const [name, type] of Object.entries(sshTypes)) {
    const key = await createSshKey(folder, name, type);
    const config = ["-c", "gpg.format=ssh", "-c", `user.signingkey=${join(folder, name)}`];
    cases.push({ name: `ssh ${name}`, type: "commit", content: await signer.commit(config), allowedSigners: lineOf(key) });
    if (name === "ed25519")
      cases.push({ name: "ssh tag", type: "tag", content: await signer.tag(config, "v1.0.0"), allowedSigners: lineOf(key) });
  }
  return cases;
};

/** Commits and a tag by OpenPGP keys in every state. Needs git and gpg; `home` must be short, since gpg-agent's socket lies in it. */
export const signByGpg = async (folder: string, home: string): Promise<readonly SignedCase[]> => {
  await mkdir(folder, { recursive: true });
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, "gpg.conf"), "batch\nyes\npinentry-mode loopback\nno-auto-check-trustdb\nfaked-system-time 20240601T120000\n");
  const signer = await openSigner(folder);
  const env: Env = { GNUPGHOME: home };
  const gpg = createGpg(env);
  const config = (key: string): readonly string[] => ["-c", "gpg.format=openpgp", "-c", `user.signingkey=${key}`];
  try {
    const cases: SignedCase[] = [];
    const add = async (name: string, algorithm: string, then: (key: string) => Promise<unknown> = async () => undefined): Promise<void> => {
      const key = await gpg.create(`${name} <${name}@example.com>`, algorithm);
      const content = name === "tag" ? await signer.tag(config(key), "v1.0.0", env) : await signer.commit(config(key), env);
      await then(key);
      cases.push({
        name: `gpg ${name}`,
        type: name === "tag" ? "tag" : "commit",
        content,
        gpgKeys: await gpg.run(["--armor", "--export", key]),
      });
    };
    await add("ed25519", "ed25519");
    await add("rsa", "rsa3072");
    await add("tag", "ed25519");
    await add("expired-before", "ed25519", (key) => gpg.run(["--quick-set-expire", key, "20240201T000000"]));
    await add("expired-since", "ed25519", (key) => gpg.run(["--quick-set-expire", key, "20240901T000000"]));
    await add("revoked", "ed25519", (key) => gpg.revoke(key));
    return cases;
  } finally {
    await run("gpgconf", ["--kill", "gpg-agent"], { env: { PATH: process.env["PATH"], ...env } });
  }
};

const createGpg = (env: Env) => {
  const call = async (args: readonly string[]): Promise<string> => {
    const { stdout } = await run("gpg", ["--quiet", ...args], { env: { PATH: process.env["PATH"], ...env } });
    return stdout;
  };
  return {
    run: call,
    /** A key from before the commits; its fingerprint. */
    create: async (user: string, algorithm: string): Promise<string> => {
      await call(["--faked-system-time", "20240101T000000!", "--passphrase", "", "--quick-generate-key", user, algorithm, "sign", "never"]);
      const listed = await call(["--with-colons", "--list-keys", `=${user}`]);
      return /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? "";
    },
    /** By the certificate that gpg keeps beside each key that it makes; a colon keeps it from being used by accident. */
    revoke: async (key: string): Promise<void> => {
      const path = join(env["GNUPGHOME"] ?? "", "openpgp-revocs.d", `${key}.rev`);
      await writeFile(path, (await readFile(path, "utf8")).replace(":-----BEGIN", "-----BEGIN"));
      await call(["--import", path]);
    },
  };
};
