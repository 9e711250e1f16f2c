// The credential of a GitHub App: a JWT signed with the App's key buys a token for one installation, which lives for an hour.
// Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
import { createPrivateKey, sign, type KeyObject } from "node:crypto";
import { WindlassError, type ErrorCode } from "@windlass/core";
import { Agent, request } from "undici";
import type { GitCredential } from "./options.ts";

export interface GithubApp {
  /** The App's id or client id. */
  readonly appId: string;
  readonly installationId: string;
  /** PEM, as GitHub gives it out. */
  readonly privateKey: string;
  /** `https://HOST/api/v3` of a GitHub Enterprise Server. Default: `https://api.github.com`. Plain HTTP is spoken to this machine only. */
  readonly apiUrl?: string;
  /** PEM certificates to trust instead of the machine's. */
  readonly certificateAuthority?: string;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

interface Token {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** So long before its end a token is replaced: a large fetch may start with it. */
const renewBeforeMs = 10 * 60_000;
const timeoutMs = 20_000;
const answerBytesMax = 1024 ** 2;

/**
 * Gives the App's credential for `GitRepositoryOptions.credential`: a token that may read contents and nothing else, kept until shortly before it expires.
 *
 * Errors: `invalid` at once for a key that is none or an API that is not HTTPS. Of the credential: `unauthorized`, `forbidden`, `not_found`, `unavailable`
 * or `timeout`, as GitHub answers.
 */
export const createGithubAppCredential = (app: GithubApp): (() => Promise<GitCredential>) => {
  const key = parseKey(app.privateKey);
  const url = tokenUrlOf(app);
  const now = app.now ?? Date.now;
  let kept: Token | undefined;
  let asked: Promise<Token> | undefined;
  return async () => {
    if (kept === undefined || kept.expiresAtMs - renewBeforeMs < now()) {
      asked ??= fetchToken(app, { url, jwt: createJwt(app.appId, key, now()) }).finally(() => {
        asked = undefined;
      });
      kept = await asked;
    }
    return { kind: "token", token: kept.token };
  };
};

const parseKey = (pem: string): KeyObject => {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // Told below, without what stands in the file.
  }
  throw new WindlassError({
    code: "invalid",
    message: "the GitHub App's private key is not an RSA key in PEM form",
    remedy: "give the file that GitHub made when the key was created, as it is",
  });
};

const tokenUrlOf = ({ apiUrl = "https://api.github.com", installationId }: GithubApp): string => {
  const url = URL.parse(apiUrl);
  const isLocal = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url === null || !(url.protocol === "https:" || isLocal) || !/^\d+$/.test(installationId))
    throw new WindlassError({
      code: "invalid",
      message: "the GitHub App needs an https URL of the API and the number of an installation",
      remedy: "the number stands at the end of the installation's URL in GitHub's settings",
    });
  return `${url.href.replace(/\/+$/, "")}/app/installations/${installationId}/access_tokens`;
};

/** Valid for nine minutes of the ten that GitHub allows, from a minute ago: clocks differ. */
const createJwt = (appId: string, key: KeyObject, nowMs: number): string => {
  const seconds = Math.floor(nowMs / 1000);
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iat: seconds - 60, exp: seconds + 9 * 60, iss: appId })}`;
  return `${body}.${sign("sha256", Buffer.from(body), key).toString("base64url")}`;
};

const fetchToken = async (app: GithubApp, { url, jwt }: { readonly url: string; readonly jwt: string }): Promise<Token> => {
  const connect = app.certificateAuthority === undefined ? {} : { connect: { ca: app.certificateAuthority } };
  const agent = new Agent({ maxResponseSize: answerBytesMax, ...connect });
  try {
    // A redirect is an answer like any other here: nothing is sent to a second place.
    const { statusCode, body } = await request(url, {
      method: "POST",
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${jwt}`,
        accept: "application/vnd.github+json",
        "content-type": "application/json",
        "user-agent": "windlass",
        "x-github-api-version": "2022-11-28",
      },
      body: JSON.stringify({ permissions: { contents: "read" } }),
    });
    const text = await body.text();
    if (statusCode !== 201) throw refused(app, statusCode);
    return parseToken(text, app);
  } catch (cause) {
    if (cause instanceof WindlassError) throw cause;
    throw unreachable(app, cause);
  } finally {
    await agent.destroy();
  }
};

const parseToken = (text: string, app: GithubApp): Token => {
  const { token, expires_at: expiresAt } = readJson(text) as { token?: unknown; expires_at?: unknown };
  const expiresAtMs = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
  if (typeof token === "string" && token !== "" && !Number.isNaN(expiresAtMs)) return { token, expiresAtMs };
  throw failure(app, { code: "unavailable", fact: "the answer holds no token", remedy: "check the URL of the API" });
};

const readJson = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
};

interface Refusal {
  readonly code: ErrorCode;
  readonly fact: string;
  readonly remedy: string;
}

const refusals: Readonly<Record<number, Refusal>> = {
  401: {
    code: "unauthorized",
    fact: "GitHub does not accept the App's key",
    remedy: "check the App's id, that the key belongs to it, and this machine's clock",
  },
  403: {
    code: "forbidden",
    fact: "the App may not read contents, or is suspended",
    remedy: "give the App the permission Contents: read-only",
  },
  404: {
    code: "not_found",
    fact: "the App has no such installation",
    remedy: "check the installation's number, and that the App is still installed there",
  },
  422: {
    code: "forbidden",
    fact: "the installation does not grant Contents: read",
    remedy: "approve the App's permissions in its installation",
  },
};

const refused = (app: GithubApp, status: number): WindlassError =>
  failure(app, refusals[status] ?? { code: "unavailable", fact: `GitHub answered ${status}`, remedy: "it is tried again by itself" });

const unreachable = (app: GithubApp, cause: unknown): WindlassError => {
  const isLate = cause instanceof Error && cause.name === "TimeoutError";
  const fact = isLate ? `GitHub did not answer within ${timeoutMs / 1000} s` : "GitHub's API cannot be reached";
  return failure(app, {
    code: isLate ? "timeout" : "unavailable",
    fact,
    remedy: "it is tried again by itself; check the URL of the API and the network",
  });
};

const failure = ({ appId, installationId }: GithubApp, { code, fact, remedy }: Refusal): WindlassError =>
  new WindlassError({
    code,
    message: `cannot get a token for GitHub App ${appId}, installation ${installationId}: ${fact}`,
    remedy,
    details: { appId, installationId },
  });
