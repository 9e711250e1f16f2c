// How a registry is told who we are: it says what it wants (401), we get that, and ask again.
// Source: https://distribution.github.io/distribution/spec/auth/token and …/oauth
import { type Challenge, WindlassError, isJsonObject, parseChallenges } from "@windlass/core";
import { toAuthorization } from "../http/authorization.ts";
import type { HttpAnswer, HttpClient } from "../http/http-client.ts";
import { toStatusError } from "../http/http-error.ts";
import type { HttpCredential } from "../http/types.ts";

/** What is wanted of which repository: `repository:charts/web:pull`. */
interface Access {
  readonly registry: URL;
  readonly scope: string;
  readonly credential: HttpCredential | undefined;
  readonly subject: string;
  readonly signal?: AbortSignal;
}

export interface RegistryAuth {
  /** What `send` gets, with an `authorization` that the registry accepts where it wants one. Errors: `unauthorized`, and those of the client. */
  withAccess(access: Access, send: (authorization: string | undefined) => Promise<HttpAnswer>): Promise<HttpAnswer>;
}

interface Grant {
  readonly authorization: string;
  readonly validUntilMs: number;
}

const tokenBytesMax = 256 * 1024;
/** What a server means that does not say for how long. Source: the token specification, `expires_in` */
const validSecondsDefault = 60;

export const createRegistryAuth = (client: HttpClient, now: () => number = Date.now): RegistryAuth => {
  const grants = new Map<string, Grant>();

  const keyOf = ({ registry, scope, credential }: Access): string => JSON.stringify([registry.origin, scope, credential ?? null]);

  const answerChallenge = async (access: Access, challenges: readonly Challenge[]): Promise<Grant> => {
    const { credential, subject } = access;
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) return getToken(access, bearer.parameters);
    if (challenges.some(({ scheme }) => scheme === "basic") && credential?.kind === "basic")
      return { authorization: toAuthorization(credential), validUntilMs: Number.POSITIVE_INFINITY };
    throw toStatusError(401, subject);
  };

  const getToken = async (access: Access, parameters: Challenge["parameters"]): Promise<Grant> => {
    const { credential, signal, registry } = access;
    const realm = URL.parse(parameters["realm"] ?? "");
    const subject = `the token server of ${access.subject}`;
    if (realm === null) throw badToken(subject, "its address is no URL");
    const query = { ...(parameters["service"] === undefined ? {} : { service: parameters["service"] }), scope: access.scope };
    const common = { repository: registry, bytesMax: tokenBytesMax, subject, ...(signal === undefined ? {} : { signal }) };
    if (credential?.kind === "token") {
      const form = new URLSearchParams({ ...query, grant_type: "refresh_token", client_id: "windlass", refresh_token: credential.token });
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return readToken(await client.request({ ...common, method: "POST", url: realm, headers, body: form.toString() }), access, now());
    }
    for (const [name, value] of Object.entries(query)) realm.searchParams.append(name, value);
    const own = credential === undefined ? {} : { authorization: toAuthorization(credential) };
    return readToken(await client.request({ ...common, ...own, url: realm }), access, now());
  };

  return {
    withAccess: async (access, send) => {
      const key = keyOf(access);
      const known = grants.get(key);
      const isFresh = known !== undefined && known.validUntilMs > now();
      const first = await send(isFresh ? known.authorization : undefined);
      if (first.status !== 401) return first;
      const grant = await answerChallenge(access, parseChallenges(first.headers["www-authenticate"] ?? ""));
      const second = await send(grant.authorization);
      if (second.status === 401) throw toStatusError(401, access.subject);
      // Bounded: a token is quickly got again.
      if (grants.size >= 1000) grants.clear();
      grants.set(key, grant);
      return second;
    },
  };
};

const readToken = (answer: HttpAnswer, access: Access, nowMs: number): Grant => {
  const subject = `the token server of ${access.subject}`;
  if (answer.status !== 200) throw toStatusError(answer.status === 400 ? 401 : answer.status, subject);
  const body = parseJson(answer.body.toString("utf8"));
  const token = isJsonObject(body) ? (body["token"] ?? body["access_token"]) : undefined;
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) throw badToken(subject, "its answer holds no token");
  const seconds = isJsonObject(body) && typeof body["expires_in"] === "number" ? body["expires_in"] : validSecondsDefault;
  return { authorization: `Bearer ${token}`, validUntilMs: nowMs + seconds * 900 };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const badToken = (subject: string, why: string): WindlassError =>
  new WindlassError({ code: "unavailable", message: `${subject} cannot be used: ${why}`, remedy: "look at the registry's configuration" });
