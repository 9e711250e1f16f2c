// What a repository needs to know before it is opened; checked once here, trusted everywhere else.
import { WindlassError } from "@windlass/core";

export type GitProtocol = "https" | "ssh" | "http" | "file";

/** A secret that opens a repository. A `token` is the password of a user whose name the large hosts do not look at. */
export type GitCredential =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  /** `privateKey` in any form that `ssh-add` reads, without passphrase; `knownHosts` in the form of that file. */
  | { readonly kind: "ssh"; readonly privateKey: string; readonly knownHosts: string };

export interface GitProxy {
  /** `http://`, `https://` or `socks5h://` and host, without user and password. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

export interface GitRepositoryOptions {
  /** `https://host/path`, `ssh://git@host/path` or `git@host:path`; never with a password in it. */
  readonly url: string;
  /** An absolute folder for mirrors; several processes may share it. */
  readonly cacheFolder: string;
  /** Asked before each contact, so that tokens which live for an hour stay fresh. Absent: anonymous. */
  readonly credential?: () => Promise<GitCredential> | GitCredential;
  /** PEM certificates to trust instead of the machine's. */
  readonly certificateAuthority?: string;
  readonly proxy?: GitProxy;
  /** Protocols that may be spoken. Default: `https` and `ssh`; the others are for tests, demos and the user's own disk. */
  readonly allow?: readonly GitProtocol[];
  /** What the mirror may grow to, in bytes. Default: 2 GiB. */
  readonly bytesMax?: number;
  /** Repositories with different partitions never share a mirror, even at the same URL. Default: "". */
  readonly partition?: string;
  /**
   * Whether submodules are followed, on the repository's own host and with its credential. Default: false, since whoever writes to the repository can then
   * read whatever that credential reads there.
   */
  readonly followSubmodules?: boolean;
  /** Where programs are looked for. Default: the usual folders. */
  readonly searchPath?: string;
}

/** The options with every default filled in. */
export interface GitSettings extends GitRepositoryOptions {
  readonly protocol: GitProtocol;
  readonly allow: readonly GitProtocol[];
  readonly bytesMax: number;
  readonly partition: string;
  readonly followSubmodules: boolean;
  readonly searchPath: string;
}

const bytesMaxDefault = 2 * 1024 ** 3;
const searchPathDefault = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/homebrew/bin";

/** The options, checked and complete. Errors: `invalid` for a URL that is none, holds a password or speaks a protocol that is not allowed. */
export const parseRepositoryOptions = (options: GitRepositoryOptions): GitSettings => {
  const allow = options.allow ?? ["https", "ssh"];
  const { url, protocol } = parseGitUrl(options.url);
  if (!allow.includes(protocol)) {
    throw invalid(`repository ${url} speaks ${protocol}, which is not allowed here`, `use ${allow.join(" or ")}`);
  }
  return {
    ...options,
    url,
    protocol,
    allow,
    bytesMax: options.bytesMax ?? bytesMaxDefault,
    partition: options.partition ?? "",
    followSubmodules: options.followSubmodules ?? false,
    searchPath: options.searchPath ?? searchPathDefault,
  };
};

/** The URL as Git gets it, and its protocol. Errors: `invalid`; the message never repeats a password. */
const parseGitUrl = (text: string): { readonly url: string; readonly protocol: GitProtocol } => {
  if (text.startsWith("/")) return { url: text, protocol: "file" };
  // `git@host:path`: what is not a URL and has a colon before the first slash, as in git-clone(1).
  if (/^\w[\w.-]*@\w[\w.-]*:(?!\/\/)[^\0\n]+$/.test(text)) return { url: text, protocol: "ssh" };
  const parsed = URL.parse(text);
  const protocol = protocols[parsed?.protocol ?? ""];
  if (parsed === null || protocol === undefined)
    throw invalid(
      "the repository's URL is not one that Git can fetch from",
      "write https://HOST/PATH, ssh://git@HOST/PATH or git@HOST:PATH",
    );
  // ssh would take such a host or user for an option; Git refuses them as well.
  if (parsed.hostname.startsWith("-") || parsed.username.startsWith("-"))
    throw invalid("the repository's URL has a host or user that begins with a dash", "correct the URL");
  if (parsed.password !== "" || (protocol !== "ssh" && parsed.username !== "")) {
    throw invalid(
      `the URL of the repository at ${parsed.host} holds a user or a password`,
      "take it out of the URL, where logs and process lists would show it, and give it as the repository's credential",
    );
  }
  return { url: parsed.href, protocol };
};

const protocols: Readonly<Record<string, GitProtocol>> = { "https:": "https", "http:": "http", "ssh:": "ssh", "file:": "file" };

const invalid = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });
