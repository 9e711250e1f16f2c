// The kinds of an API server: cached, and asked for again when somebody wants one that is not there.
import { parseJson, WindlassError } from "@windlass/core";
import { discoveryAccept, keepStale, readDiscovery, type Discovered } from "./discovery.ts";
import type { Sender } from "./sender.ts";
import type { CallOptions, KindInfo } from "./types.ts";

interface KindName {
  readonly group: string;
  readonly kind: string;
  readonly version?: string;
}

export interface Catalog {
  find(name: KindName, options?: CallOptions & { readonly fresh?: boolean }): Promise<KindInfo | undefined>;
  /** Errors: `not_found` when the server does not serve it, `unavailable` when the group's own server is down, so that nobody can tell. */
  get(name: KindName, options?: CallOptions & { readonly wantedBy?: string }): Promise<KindInfo>;
  list(options?: CallOptions & { readonly fresh?: boolean }): Promise<readonly KindInfo[]>;
  /** What is known may be wrong: the next question is asked afresh. */
  invalidate(): void;
}

interface Snapshot {
  readonly askedAtMs: number;
  readonly discovered: Discovered;
  readonly byName: ReadonlyMap<string, readonly KindInfo[]>;
}

/** For so long an unknown kind is not asked for again, so that a CRD that is missing does not hammer the server. */
const unknownForMs = 1_000;

const index = (kinds: readonly KindInfo[]): ReadonlyMap<string, readonly KindInfo[]> =>
  Map.groupBy(kinds, ({ group, kind }) => `${group}/${kind}`);

const pick = ({ byName }: Snapshot, { group, kind, version }: KindName): KindInfo | undefined =>
  byName.get(`${group}/${kind}`)?.find((known) => version === undefined || known.version === version);

const waitFor = async <Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> => {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
};

/** The catalog of one API server, shared by all who ask it. */
export const createCatalog = (sender: Sender, serverUrl: string): Catalog => {
  const etags = new Map<string, { readonly etag: string; readonly part: Discovered }>();
  let snapshot: Snapshot | undefined;
  let asking: Promise<Snapshot> | undefined;
  let validFromMs = Number.NEGATIVE_INFINITY;

  const askPart = async (path: string): Promise<Discovered> => {
    const known = etags.get(path);
    const headers = { accept: discoveryAccept, ...(known === undefined ? {} : { "if-none-match": known.etag }) };
    const answer = await sender.send({ verb: "discovery", subject: "Discovery", method: "GET", path, headers, repeatable: true });
    if (answer.status === 304 && known !== undefined) return known.part;
    const part = readDiscovery(parseJson(answer.text));
    if (part === undefined)
      throw new WindlassError({
        code: "invalid",
        message: `The API server ${serverUrl} has no aggregated discovery.`,
        remedy: "Use Kubernetes 1.26 or newer.",
      });
    const { etag } = answer.headers;
    if (typeof etag === "string") etags.set(path, { etag, part });
    return part;
  };

  const ask = async (): Promise<Snapshot> => {
    const askedAtMs = performance.now();
    const parts = await Promise.all([askPart("/api"), askPart("/apis")]);
    const next = { kinds: parts.flatMap(({ kinds }) => kinds), stale: parts.flatMap(({ stale }) => stale) };
    const discovered = keepStale(snapshot?.discovered, next);
    return (snapshot = { askedAtMs, discovered, byName: index(discovered.kinds) });
  };

  /** A snapshot that was asked for at `notBeforeMs` or later, asked once for all who want it at the same time. */
  const since = async (notBeforeMs: number, signal: AbortSignal | undefined): Promise<Snapshot> => {
    for (;;) {
      if (snapshot !== undefined && snapshot.askedAtMs >= notBeforeMs) return snapshot;
      asking ??= ask().finally(() => (asking = undefined));
      await waitFor(asking, signal);
    }
  };

  const find: Catalog["find"] = async (name, { signal, fresh = false } = {}) => {
    const nowMs = performance.now();
    const known = await since(fresh ? nowMs : validFromMs, signal);
    return pick(known, name) ?? pick(await since(nowMs - unknownForMs, signal), name);
  };

  const missing = ({ group, kind, version }: KindName, wantedBy: string | undefined): WindlassError => {
    const who = wantedBy === undefined ? "" : `${wantedBy}: `;
    const named = group === "" ? kind : `${kind}.${group}`;
    const isStale = snapshot?.discovered.stale.some((served) => served.startsWith(`${group}/`)) === true;
    if (isStale) {
      return new WindlassError({
        code: "unavailable",
        message: `${who}the API server cannot reach the extension server of group ${group}, so ${named} is unknown.`,
        remedy: `Repair the APIService of ${group}, or remove it.`,
        details: { reason: "GroupStale" },
      });
    }
    const versions = snapshot?.byName.get(`${group}/${kind}`)?.map((served) => served.version) ?? [];
    const fact = versions.length > 0 ? `serves ${named} as ${versions.join(", ")}, not as ${version}` : `has no kind ${named}`;
    const remedy =
      versions.length > 0
        ? `Write the object in version ${versions[0]}.`
        : `Install the CustomResourceDefinition of ${named}, or correct apiVersion and kind.`;
    return new WindlassError({
      code: "not_found",
      message: `${who}the API server ${fact}.`,
      remedy,
      details: { reason: "KindNotServed", versions },
    });
  };

  return {
    find,
    get: async (name, options = {}) => {
      const found = await find(name, options);
      if (found === undefined) throw missing(name, options.wantedBy);
      return found;
    },
    list: async ({ signal, fresh = false } = {}) => (await since(fresh ? performance.now() : validFromMs, signal)).discovered.kinds,
    invalidate: () => {
      validFromMs = performance.now();
    },
  };
};
