// From the words of the command line to what the engine needs to reach a repository.
import { readFile } from "node:fs/promises";
import { WindlassError } from "@windlass/core";
import type { GitCredential, GitRepositoryOptions } from "@windlass/engine";

/** As `addGitOptions` of the commands has them. */
export interface GitOptions {
  readonly tokenFile?: string;
  readonly username?: string;
  readonly sshKey?: string;
  readonly knownHosts?: string;
  readonly ca?: string;
  readonly submodules?: boolean;
}

/** The files read, each once. Errors: `invalid` for a file that cannot be read, or options that do not go together. */
export const readGitOptions = async (options: GitOptions): Promise<Partial<GitRepositoryOptions>> => {
  const credential = await readCredential(options);
  return {
    followSubmodules: options.submodules === true,
    ...(credential === undefined ? {} : { credential: () => credential }),
    ...(options.ca === undefined ? {} : { certificateAuthority: await readText(options.ca) }),
  };
};

const readCredential = async ({ tokenFile, username, sshKey, knownHosts }: GitOptions): Promise<GitCredential | undefined> => {
  if (tokenFile !== undefined && sshKey !== undefined)
    throw misfit("--token-file and --ssh-key do not go together", "give the one that the URL needs");
  if (username !== undefined && tokenFile === undefined) throw misfit("--username needs --token-file", "write the password into a file");
  if (sshKey !== undefined) {
    if (knownHosts === undefined)
      throw misfit("--ssh-key needs --known-hosts: an unknown host is never believed", "give --known-hosts ~/.ssh/known_hosts");
    return { kind: "ssh", privateKey: await readText(sshKey), knownHosts: await readText(knownHosts) };
  }
  if (tokenFile === undefined) return undefined;
  const secret = (await readText(tokenFile)).replace(/\r?\n$/, "");
  return username === undefined ? { kind: "token", token: secret } : { kind: "basic", username, password: secret };
};

/** The text of a file that the user names. Errors: `invalid`. */
export const readText = async (path: string): Promise<string> => (await readUserFile(path)).toString("utf8");

/** The bytes of a file that the user names. Errors: `invalid`. */
export const readUserFile = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw new WindlassError(
      { code: "invalid", message: `${path} cannot be read: ${why}`, remedy: "check the file's name and its permissions" },
      { cause },
    );
  }
};

const misfit = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });
