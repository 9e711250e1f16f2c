// Git commands that talk to a server: what they may speak, whom they trust, and how they learn the credential without showing it.
//
// A password reaches Git through a credential helper of one line that reads file descriptor 3, a pipe that only this process and its children
// hold: nothing of it stands in an argument, the environment or on disk, where `ps`, /proc and backups would find it. GIT_ASKPASS would need a
// program on disk that knows the secret; http.extraHeader needs the secret in an argument or the environment. The helper is bound to the
// repository's own scheme and host, so no other server is ever offered the credential.
// An ssh key goes on a pipe as well, into an `ssh-agent` that lives as long as the one command that it wraps: ssh itself reads keys from files only.
import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WindlassError } from "@windlass/core";
import { toGitError } from "./git-error.ts";
import type { GitCredential, GitProxy, GitSettings } from "./options.ts";
import { runGit, type GitResult } from "./run-git.ts";

/** One command to a server: `args` follow `git`, and `action` is how a failure names it ("cannot ACTION URL"). */
interface RemoteCommand {
  readonly args: readonly string[];
  readonly action: string;
  readonly signal: AbortSignal;
  readonly stdin?: string;
  readonly gitDir?: string;
  /** Another repository on the same host, for failures to name. */
  readonly url?: string;
}

/** Runs commands that talk to the repository's server. */
export interface GitTransport {
  /** What Git answered. Errors: as `toGitError` reads them. */
  run(command: RemoteCommand): Promise<GitResult>;
}

/** The environment of every `git`: nothing of ours, of the user's or of the machine's configuration comes in. */
export const closedEnvironment = (settings: Pick<GitSettings, "searchPath" | "cacheFolder">): Readonly<Record<string, string>> => ({
  PATH: settings.searchPath,
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ALLOW_PROTOCOL: "none",
  // Without a mirror there is no repository, not even one above the folder that we were started in: its configuration would count.
  GIT_DIR: "/dev/null",
  GIT_OPTIONAL_LOCKS: "0",
});

/** The transport of one repository. */
export const createTransport = (settings: GitSettings): GitTransport => ({
  async run(command) {
    const credential = await settings.credential?.();
    const access = await openAccess(settings, credential);
    const git = [
      "git",
      ...access.config.flatMap((entry) => ["-c", entry]),
      ...(command.gitDir === undefined ? [] : [`--git-dir=${command.gitDir}`]),
      ...command.args,
    ];
    const [program = "git", ...rest] = [...access.wrapper, ...git];
    const result = await runGit({
      argv: [program, ...rest],
      env: { ...closedEnvironment(settings), GIT_ALLOW_PROTOCOL: settings.allow.join(":"), ...access.env },
      signal: command.signal,
      pipes: access.pipes,
      ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
    });
    if (result.exitCode === 0) return result;
    throw toGitError({ url: command.url ?? settings.url, action: command.action, stderr: result.stderr, secrets: access.secrets });
  },
});

interface Access {
  readonly wrapper: readonly string[];
  readonly config: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pipes: readonly string[];
  readonly secrets: readonly string[];
}

const openAccess = async (settings: GitSettings, credential: GitCredential | undefined): Promise<Access> => {
  const config = [...baseConfig, ...(await trustConfig(settings)), ...proxyConfig(settings.proxy)];
  if (credential?.kind === "ssh") return openSsh(settings, config, credential);
  if (settings.protocol === "ssh")
    throw invalid(
      `repository ${settings.url} is reached by ssh and has no ssh credential`,
      "give the repository a private key and known_hosts",
    );
  const login = credential === undefined ? undefined : toLogin(credential);
  const origin = settings.protocol === "file" ? undefined : new URL(settings.url).origin;
  const helper = login === undefined || origin === undefined ? [] : [helperConfig(origin, 3)];
  const proxyHelper = settings.proxy?.username === undefined ? [] : [helperConfig(new URL(settings.proxy.url).origin, 4)];
  return {
    wrapper: [],
    config: [...config, ...helper, ...proxyHelper],
    env: {},
    pipes: [answers(login), answers(settings.proxy)],
    secrets: [...secretsOf(login), ...secretsOf(settings.proxy)],
  };
};

const baseConfig: readonly string[] = [
  "credential.helper=",
  "http.followRedirects=false",
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=30",
  "http.emptyAuth=false",
  "protocol.version=2",
  "core.askPass=",
  "core.hooksPath=/dev/null",
  "core.fsyncMethod=batch",
  "gc.auto=0",
  "maintenance.auto=false",
  "fetch.unpackLimit=1",
  "fetch.showForcedUpdates=false",
];

/** Certificates are public: a file is the way that every TLS library of Git understands. */
const trustConfig = async (settings: GitSettings): Promise<readonly string[]> =>
  settings.certificateAuthority === undefined
    ? []
    : [`http.sslCAInfo=${await keepPublic(settings, "ca.pem", settings.certificateAuthority)}`];

const proxyConfig = (proxy: GitProxy | undefined): readonly string[] => {
  if (proxy === undefined) return ["http.proxy="];
  const url = new URL(proxy.url);
  if (proxy.username !== undefined) url.username = encodeURIComponent(proxy.username);
  return [`http.proxy=${url.href}`];
};

interface Login {
  readonly username?: string;
  readonly password?: string;
}

const toLogin = (credential: Exclude<GitCredential, { kind: "ssh" }>): Login =>
  credential.kind === "token" ? { username: "x-access-token", password: credential.token } : credential;

/** What must stand in no text: the password, and the pair as HTTP's basic authentication writes it. */
const secretsOf = ({ username = "", password = "" }: Login = {}): readonly string[] =>
  password === "" ? [] : [password, `${username}:${password}`];

/** `sh` reads one line of user and one of password from the pipe, byte by byte, so that a second question finds the next pair. */
const helperConfig = (origin: string, descriptor: number): string =>
  `credential.${origin}.helper=!f() { test "$1" = get && IFS= read -r u <&${descriptor} && IFS= read -r p <&${descriptor} && printf 'username=%s\\npassword=%s\\n' "$u" "$p"; }; f`;

const questionsMax = 16;

const answers = (login: Login | undefined): string => {
  const { username = "", password = "" } = login ?? {};
  if (/[\n\r\0]/.test(username + password))
    throw invalid("the credential holds a line break, which no user or password has", "give the secret without the newline at its end");
  return login === undefined ? "" : `${username}\n${password}\n`.repeat(questionsMax);
};

/** The agent would look for its parent, and end, only every ten seconds. It ends at once, and its own exit status is not the command's. */
const agentScript = `
trap 'kill "$SSH_AGENT_PID"' EXIT
trap 'exit 143' TERM
ssh-add -q - <&3 2>/dev/null || { echo "windlass: ssh key cannot be used" >&2; exit 1; }
exec 3<&-
"$@"
`;

const openSsh = async (
  settings: GitSettings,
  config: readonly string[],
  credential: Extract<GitCredential, { kind: "ssh" }>,
): Promise<Access> => {
  const knownHosts = await keepPublic(settings, "known_hosts", credential.knownHosts);
  return {
    wrapper: ["ssh-agent", "-t", "3600", "sh", "-c", agentScript, "sh"],
    config,
    env: { GIT_SSH_COMMAND: ["ssh -F none", ...sshOptions, `UserKnownHostsFile=${knownHosts}`].join(" -o "), GIT_SSH_VARIANT: "ssh" },
    pipes: [`${credential.privateKey.trimEnd()}\n`],
    secrets: [],
  };
};

/** A file that the user's home or the machine has must change nothing; an unknown host key must never be accepted. */
const sshOptions: readonly string[] = [
  "BatchMode=yes",
  "StrictHostKeyChecking=yes",
  "GlobalKnownHostsFile=/dev/null",
  "UpdateHostKeys=no",
  "VerifyHostKeyDNS=no",
  "IdentityFile=none",
  "PreferredAuthentications=publickey",
  "ForwardAgent=no",
  "ForwardX11=no",
  "ClearAllForwardings=yes",
  "PermitLocalCommand=no",
  "ProxyCommand=none",
  "ControlMaster=no",
  "ControlPath=none",
  "ConnectTimeout=15",
  "ServerAliveInterval=15",
  "ServerAliveCountMax=2",
];

/** The path of a file with this public content, named by its hash, so that writers never meet. */
const keepPublic = async (settings: GitSettings, name: string, content: string): Promise<string> => {
  const folder = join(settings.cacheFolder, "trust");
  const path = join(folder, `${createHash("sha256").update(content).digest("hex").slice(0, 32)}-${name}`);
  if (/\s/.test(path)) throw invalid(`the cache folder ${settings.cacheFolder} has white space in its path`, "choose one without");
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, `${content.trimEnd()}\n`, { mode: 0o600 });
  await rename(draft, path);
  return path;
};

const invalid = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });
