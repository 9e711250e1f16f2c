// The Kubernetes client: the port of types.ts, put together.
import { formatJson, parseJson } from "@windlass/core";
import { readObject } from "./answer.ts";
import { createAuthenticator } from "./authenticator.ts";
import { createCatalog, type Catalog } from "./catalog.ts";
import type { Impersonation, KubeConnection } from "./connection.ts";
import { createGate } from "./gate.ts";
import { textOf } from "./json-read.ts";
import { createReads } from "./reads.ts";
import { createSender, type Sender, type SenderDeps } from "./sender.ts";
import { createTransport } from "./transport.ts";
import type { CallOptions, KubeClient } from "./types.ts";
import { createWrites } from "./writes.ts";

export interface KubeClientOptions {
  readonly config: KubeConnection;
  /** Who owns the fields that it applies. Default: `windlass`. */
  readonly fieldManager?: string;
  readonly userAgent?: string;
  /** Deadline of a call with its retries, from the moment the limiter lets it through. Default: 60 s. */
  readonly timeoutMs?: number;
  /** Longest silence of the server within one attempt. Default: 35 s, a little more than the longest webhook. */
  readonly attemptTimeoutMs?: number;
  /** Silence after which a watch counts as dead. Default: 90 s; the server sends a bookmark about every minute. */
  readonly watchIdleTimeoutMs?: number;
  /** Bounds of requests under way; watches are not counted. Default: from 16, between 1 and 64. */
  readonly concurrency?: { readonly min: number; readonly max: number; readonly initial: number };
  /** In [0, 1), for jitter. */
  readonly random?: () => number;
}

interface Parts extends SenderDeps {
  readonly fieldManager: string;
  readonly watchIdleTimeoutMs: number;
  readonly catalog: Catalog;
}

const readVersion = (text: string): Awaited<ReturnType<KubeClient["serverVersion"]>> => {
  const { gitVersion, major, minor } = readObject(text);
  // Providers write `37+`.
  return { gitVersion: textOf(gitVersion), major: Number.parseInt(textOf(major), 10), minor: Number.parseInt(textOf(minor), 10) };
};

const createRaw =
  (sender: Sender): KubeClient["raw"] =>
  async (method, path, { body, query, ...call } = {}) => {
    const answer = await sender.send({
      ...call,
      verb: "raw",
      subject: `${method} ${path}`,
      method,
      path,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: formatJson(body) }),
      headers: { accept: "application/json, */*", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      repeatable: method === "GET" || method === "HEAD",
      isSecret: path.includes("/secrets"),
    });
    return String(answer.headers["content-type"]).startsWith("application/json") ? parseJson(answer.text) : answer.text;
  };

const assemble = (parts: Parts): KubeClient => {
  const sender = createSender(parts);
  const { catalog, connection, transport } = parts;
  return {
    serverUrl: connection.server,
    findKind: (name, options) => catalog.find(name, options),
    listKinds: (options) => catalog.list(options),
    serverVersion: async (options: CallOptions = {}) =>
      readVersion(
        (await sender.send({ ...options, verb: "get", subject: "Version", method: "GET", path: "/version", repeatable: true })).text,
      ),
    ...createReads({ ...parts, sender }),
    ...createWrites({ ...parts, sender }),
    raw: createRaw(sender),
    impersonating: (impersonation: Impersonation) => assemble({ ...parts, impersonation }),
    requestCounts: parts.counts,
    close: () => transport.close(),
  };
};

/**
 * A client of one API server. It opens connections when they are needed and holds them until `close`.
 *
 * Errors: as the port says (`KubeClient`); a caller's abort rejects with the signal's own reason.
 */
export const createKubeClient = (options: KubeClientOptions): KubeClient => {
  const concurrency = options.concurrency ?? { min: 1, max: 64, initial: 16 };
  const base: SenderDeps = {
    connection: options.config,
    transport: createTransport(options.config, concurrency.max),
    authenticator: createAuthenticator(options.config.credential),
    gate: createGate(concurrency),
    counts: {},
    userAgent: options.userAgent ?? "windlass",
    timeoutMs: options.timeoutMs ?? 60_000,
    attemptTimeoutMs: options.attemptTimeoutMs ?? 35_000,
    random: options.random ?? Math.random,
  };
  return assemble({
    ...base,
    fieldManager: options.fieldManager ?? "windlass",
    watchIdleTimeoutMs: options.watchIdleTimeoutMs ?? 90_000,
    // Discovery is the same for everybody (system:discovery), so that impersonating clients share it.
    catalog: createCatalog(createSender(base), options.config.server),
  });
};
