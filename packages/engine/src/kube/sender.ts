// One request to the API server with all that belongs to it: place, identity, attempts, deadline, and an error that says what happened.
import type { Dispatcher } from "undici";
import { parseJson, WindlassError, type Json } from "@windlass/core";
import type { Authenticator, Identity } from "./authenticator.ts";
import type { Impersonation, KubeConnection } from "./connection.ts";
import { pause, startDeadline, type Deadline } from "./deadline.ts";
import type { Gate } from "./gate.ts";
import { toNetworkFailure } from "./network-error.ts";
import { computeRetryDelay, parseRetryAfter, type AttemptFailure } from "./retry.ts";
import { isElection, toStatusError } from "./status-error.ts";
import { redactStatus, toKubeStatus } from "./status.ts";
import type { Transport } from "./transport.ts";

export interface KubeRequest {
  /** For counts and messages: `apply`, `get`, `list`, `watch`, … */
  readonly verb: string;
  /** What it is about, for messages. */
  readonly subject: string;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sending it twice does what sending it once does. */
  readonly repeatable: boolean;
  /** Answers about it may quote secret values. */
  readonly isSecret?: boolean;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly text: string;
}

export interface Sender {
  /** The answer, read to its end. Statuses up to 304 are answers, all others errors. */
  send(request: KubeRequest): Promise<Answer>;
  /** The answer's body as it comes, outside the limiter. `silenceMs` is the longest silence before it is given up; the deadline covers the opening only. */
  open(request: KubeRequest & { readonly signal: AbortSignal; readonly silenceMs: number }): Promise<Dispatcher.ResponseData["body"]>;
  readonly counts: Readonly<Record<string, number>>;
}

export interface SenderDeps {
  readonly connection: KubeConnection;
  readonly transport: Transport;
  readonly authenticator: Authenticator;
  readonly gate: Gate;
  readonly counts: Record<string, number>;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly impersonation?: Impersonation;
  readonly random: () => number;
}

type Response = Dispatcher.ResponseData;
type Attempt<Result> =
  | { readonly type: "done"; readonly result: Result }
  | { readonly type: "failed"; readonly error: WindlassError; readonly failure: AttemptFailure; readonly identity: Identity };

const never = new AbortController().signal;

const impersonationHeaders = (as: Impersonation | undefined): Record<string, string | string[]> => {
  if (as === undefined) return {};
  const extra = Object.entries(as.extra ?? {}).map(
    ([key, values]) => [`impersonate-extra-${encodeURIComponent(key)}`, [...values]] as const,
  );
  return {
    "impersonate-user": as.user,
    ...(as.groups === undefined ? {} : { "impersonate-group": [...as.groups] }),
    ...(as.uid === undefined ? {} : { "impersonate-uid": as.uid }),
    ...Object.fromEntries(extra),
  };
};

const withQuery = (path: string, query: KubeRequest["query"] = {}): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.append(key, value);
  return search.size === 0 ? path : `${path}?${search.toString()}`;
};

const readBody = (text: string): Json => {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
};

const headerOf = (response: Response, name: string): string | undefined => {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const isOverload = (failure: AttemptFailure): boolean =>
  failure.type === "network" || [429, 502, 503, 504].includes(failure.status) || failure.isElection;

/** The sender of one identity at one API server. */
export const createSender = (deps: SenderDeps): Sender => {
  const { connection, transport, authenticator, gate, counts } = deps;
  const headers = {
    accept: "application/json",
    "user-agent": deps.userAgent,
    ...impersonationHeaders(deps.impersonation ?? connection.impersonation),
  };

  const failedResponse = async (request: KubeRequest, response: Response, identity: Identity): Promise<Attempt<never>> => {
    const status = toKubeStatus(readBody(await response.body.text()), response.statusCode);
    const retryAfterMs = parseRetryAfter(headerOf(response, "retry-after"), Date.now());
    const hasExpired = identity.expiresAtMs !== undefined && identity.expiresAtMs < Date.now();
    const asked = {
      verb: request.verb,
      subject: request.subject,
      serverUrl: connection.server,
      credentialOrigin: connection.credential.origin,
      ...(hasExpired ? { expiredAt: new Date(identity.expiresAtMs).toISOString() } : {}),
    };
    return {
      type: "failed",
      identity,
      error: toStatusError(asked, request.isSecret === true ? redactStatus(status) : status),
      failure: {
        type: "response",
        status: response.statusCode,
        isElection: isElection(status),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      },
    };
  };

  const attempt = async <Result>(
    request: KubeRequest,
    deadline: Deadline,
    silenceMs: number | undefined,
    read: (response: Response) => Promise<Result>,
  ): Promise<Attempt<Result>> => {
    const identity = await authenticator.get();
    counts[request.verb] = (counts[request.verb] ?? 0) + 1;
    try {
      const response = await transport.send({
        method: request.method,
        path: withQuery(request.path, request.query),
        headers: {
          ...headers,
          ...(identity.authorization === undefined ? {} : { authorization: identity.authorization }),
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(identity.certificate === undefined ? {} : { certificate: identity.certificate }),
        signal: deadline.signal,
        silenceMs: silenceMs ?? deps.attemptTimeoutMs,
        isLong: silenceMs !== undefined,
      });
      return response.statusCode > 304 ? await failedResponse(request, response, identity) : { type: "done", result: await read(response) };
    } catch (cause) {
      deadline.signal.throwIfAborted();
      const { error, sent, isTemporary } = toNetworkFailure(
        { serverUrl: connection.server, origin: connection.origin, subject: request.subject, verb: request.verb },
        cause,
      );
      return { type: "failed", identity, error, failure: { type: "network", sent, isTemporary } };
    }
  };

  const gated = async <Result>(
    request: KubeRequest,
    deadline: () => Deadline,
    read: (response: Response) => Promise<Result>,
  ): Promise<Attempt<Result>> => {
    const place = await gate.enter(request.signal ?? never);
    let outcome: "answered" | "refused" | "ignored" = "ignored";
    try {
      const end = deadline();
      const result = await attempt(request, end, undefined, read);
      outcome = result.type === "failed" && isOverload(result.failure) ? "refused" : "answered";
      return result;
    } finally {
      place.leave(outcome);
    }
  };

  /** Attempts until one is done, the rule says no, or the time is up. */
  const repeat = async <Result>(request: KubeRequest, deadline: () => Deadline, once: () => Promise<Attempt<Result>>): Promise<Result> => {
    let hasRefreshed = false;
    for (let attempts = 1; ; attempts++) {
      const ended = await once();
      if (ended.type === "done") return ended.result;
      const { failure, error, identity } = ended;
      if (failure.type === "response" && failure.status === 401 && !hasRefreshed) {
        hasRefreshed = true;
        if ((await authenticator.refresh(identity)) !== undefined) continue;
      }
      const delayMs = computeRetryDelay({
        failure,
        attempts,
        repeatable: request.repeatable,
        remainingMs: deadline().remainingMs(),
        random: deps.random(),
      });
      if (delayMs === undefined) throw error;
      await pause(delayMs, deadline().signal);
    }
  };

  const timeUp = (request: KubeRequest): WindlassError =>
    new WindlassError({
      code: "timeout",
      message: `${request.subject}: ${request.verb} was not done within ${(request.timeoutMs ?? deps.timeoutMs) / 1_000} s at the API server ${connection.server}.`,
      remedy: "Try again later; look at the API server and its webhooks if it lasts.",
    });

  /** The deadline starts when the request is first let through: waiting for our own limiter is not the server's slowness. */
  const withDeadline = async <Result>(request: KubeRequest, run: (deadline: () => Deadline) => Promise<Result>): Promise<Result> => {
    let started: Deadline | undefined;
    try {
      return await run(() => (started ??= startDeadline(request.signal ?? never, request.timeoutMs ?? deps.timeoutMs)));
    } catch (error) {
      throw started?.hasExpired === true && !(error instanceof WindlassError) ? timeUp(request) : error;
    } finally {
      started?.release();
    }
  };

  const readAnswer = async (response: Response): Promise<Answer> => ({
    status: response.statusCode,
    headers: response.headers,
    text: await response.body.text(),
  });

  return {
    counts,
    send: (request) => withDeadline(request, (deadline) => repeat(request, deadline, () => gated(request, deadline, readAnswer))),
    open: (request) =>
      withDeadline(request, (deadline) =>
        repeat(request, deadline, () => attempt(request, deadline(), request.silenceMs, async (response) => response.body)),
      ),
  };
};
