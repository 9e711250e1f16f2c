// From what Git and ssh say on stderr (in C's locale) to a failure that a person can act on.
import { WindlassError, type ErrorCode } from "@windlass/core";

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly fact: string;
  readonly remedy: string;
}

// The first match counts: what is particular stands before what is general ("hung up" follows most other complaints).
const rules: readonly Rule[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: "unavailable",
    fact: "the disk of the cache is full",
    remedy: "make room in the cache folder; nothing in it is needed for good",
  },
  {
    pattern: /returned error: 30\d|redirects? to/,
    code: "invalid",
    fact: "the server redirects to another URL, which is not followed, since the credential would go there too",
    remedy: "give the repository the URL that it redirects to",
  },
  {
    pattern: /transport '[^']*' not allowed/,
    code: "invalid",
    fact: "it needs a protocol that is not allowed",
    remedy: "use an https or ssh URL",
  },
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    code: "unauthorized",
    fact: "the server's ssh host key is not the one in the credential's known_hosts",
    remedy: "compare it with the key that the host publishes, then put that into known_hosts",
  },
  {
    pattern: /SSL certificate problem|certificate verification failed|certificate subject name|SSL: no alternative certificate/,
    code: "unauthorized",
    fact: "the server's TLS certificate is not trusted",
    remedy: "check the host name, or give the repository the certificate authority that signed it",
  },
  {
    pattern: /returned error: 407|Proxy Authentication Required|CONNECT tunnel failed, response 407/,
    code: "unauthorized",
    fact: "the proxy refuses its user or password",
    remedy: "check the proxy's user and password",
  },
  {
    pattern: /windlass: ssh key cannot be used/,
    code: "invalid",
    fact: "the ssh private key cannot be read",
    remedy: "give it in OpenSSH or PEM form, and without a passphrase",
  },
  {
    pattern: /could not read (Username|Password)/,
    code: "unauthorized",
    fact: "it wants a user and a password (or does not exist: most hosts do not tell the difference)",
    remedy: "check the URL, and give the repository a credential that may read it",
  },
  {
    pattern: /Authentication failed|Invalid username or|HTTP Basic: Access denied|Permission denied \(|returned error: 401/,
    code: "unauthorized",
    fact: "the server refuses the credential",
    remedy: "check that the credential is the right one, has not expired, and may read this repository",
  },
  {
    pattern: /returned error: 403/,
    code: "forbidden",
    fact: "the server knows the credential and denies it this repository",
    remedy: "let the credential's owner read the repository",
  },
  {
    pattern:
      /returned error: 404|[Rr]epository .*not found|does not appear to be a git repository|not a git repository|does not exist|no such repository/i,
    code: "not_found",
    fact: "there is no Git repository at this URL that the credential may see",
    remedy: "check the URL's spelling and the credential's rights",
  },
  {
    pattern: /not valid: is this a git repository/,
    code: "invalid",
    fact: "what answers at this URL is not a Git server",
    remedy: "check the URL: it must be the one that `git clone` takes",
  },
  {
    pattern: /not our ref|unadvertised object|couldn't find remote ref|bad object/,
    code: "not_found",
    fact: "the server does not have the commit (any more), or does not give it out",
    remedy: "name a commit that a branch or tag leads to",
  },
  {
    pattern: /Could not resolve (host|proxy)|Name or service not known|Temporary failure in name resolution/,
    code: "unavailable",
    fact: "the host's name cannot be resolved",
    remedy: "check the URL and the name servers; it is tried again by itself",
  },
  {
    pattern: /Operation too slow|timed out|Timeout/i,
    code: "timeout",
    fact: "the server stopped answering",
    remedy: "it is tried again by itself; check the network and the server's load",
  },
  {
    pattern:
      /Connection refused|Connection reset|early EOF|hung up|RPC failed|unexpected disconnect|returned error: (429|5\d\d)|Empty reply|unable to access|No route to host|Network is unreachable|Failed to connect|invalid index-pack output|expected flush/,
    code: "unavailable",
    fact: "the server cannot be reached, or broke off",
    remedy: "it is tried again by itself; check the network and the server",
  },
];

export interface GitFailure {
  readonly url: string;
  /** What was tried, as in "cannot fetch". */
  readonly action: string;
  readonly stderr: string;
  readonly secrets: readonly string[];
}

/** The failure that Git's words stand for. `details.git` holds its last lines, without credentials. */
export const toGitError = ({ url, action, stderr, secrets }: GitFailure): WindlassError => {
  const words = redact(stderr, secrets);
  // By what Git said, and not by what is left of it: a short secret may be a part of any word.
  const rule = rules.find(({ pattern }) => pattern.test(stderr));
  const details = { url, git: lastLines(words), ...(isCorruption(stderr) ? { corrupt: true } : {}) };
  if (rule === undefined) {
    return new WindlassError({
      code: "internal",
      message: `cannot ${action} ${url}: git failed: ${lastLines(words, 1)}`,
      remedy: "run the same with the `git` command to see more",
      details,
    });
  }
  return new WindlassError({ code: rule.code, message: `cannot ${action} ${url}: ${rule.fact}`, remedy: rule.remedy, details });
};

/** Whether Git's own copy on disk is broken: what a fresh mirror repairs. */
const isCorruption = (stderr: string): boolean =>
  /object file .* is empty|loose object .* is corrupt|packfile .* (cannot be|does not match)|corrupt (pack|loose)|bad (index|config|signature)|index file .* is|pack has bad|garbage at end|not a git repository: '|unable to read (tree|sha1)|invalid gitfile|bad tree object|shallow file has changed|bad shallow|error in object|did not receive expected object|inflate: data stream|failed to read object|missing (blob|tree|commit) object|is corrupt|fatal: object [0-9a-f]+ not found/.test(
    stderr,
  );

const redact = (text: string, secrets: readonly string[]): string =>
  secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
    .filter((secret) => secret.length > 0)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text)
    .replaceAll(/\/\/[^/@\s]+@/g, "//***@");

const lastLines = (text: string, count = 5): string =>
  text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "" && !/^(remote: )?(Enumerating|Counting|Compressing|Receiving|Resolving)/.test(line))
    .slice(-count)
    .join("\n");
