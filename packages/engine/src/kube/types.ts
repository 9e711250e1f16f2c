// What the engine asks of a Kubernetes API server: the port that `createKubeClient` implements.
import type { JsonObject, KubeObject, ObjectMeta, ObjectRef } from "@windlass/core";
import type { Impersonation } from "./connection.ts";

/** A kind as discovery tells it. `resource` is the plural in the URL. */
export interface KindInfo {
  readonly group: string;
  /** The version that requests use: the preferred one, or the one that was asked for. */
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Deadline of the whole call with its retries. Default: the client's. */
  readonly timeoutMs?: number;
}

export interface WriteOptions extends CallOptions {
  /** Nothing is stored; admission and validation run, and the answer is what would be stored. */
  readonly dryRun?: boolean;
  /** Default: the client's. */
  readonly fieldManager?: string;
  /** Default: `Strict`, unknown and duplicate fields are errors. */
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
}

export interface ApplyOptions extends WriteOptions {
  /** Take fields over that other managers own. Default: false. */
  readonly force?: boolean;
  readonly subresource?: string;
}

export interface DeleteOptions extends CallOptions {
  readonly dryRun?: boolean;
  /** Default: `Background`. */
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  /** The delete happens only if the object still has this uid (and version): else `conflict`. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** A set of objects of one kind; all namespaces when `namespace` is absent. */
export interface ListTarget {
  readonly group: string;
  readonly kind: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Ask for `PartialObjectMetadata`: metadata only, cheap for both sides. */
  readonly metadataOnly?: boolean;
}

export interface ObjectList {
  readonly resourceVersion: string;
  readonly items: readonly KubeObject[];
}

/**
 * One thing a watch saw. `synced` comes once after each complete list: everything seen since the `restarted` before it is all there is,
 * so what a user of the watch still holds from earlier and was not seen again is gone.
 */
export type WatchEvent =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: KubeObject }
  | { readonly type: "restarted" }
  | { readonly type: "synced"; readonly resourceVersion: string };

export interface PatchRequest {
  readonly type: "merge" | "json" | "strategic";
  readonly body: unknown;
}

/**
 * A Kubernetes API server, seen through one identity.
 *
 * Every call retries what is safe to retry (429 and 503 with `Retry-After`, cut connections) until its deadline.
 * Errors: `unauthorized`, `forbidden` (details.denied = user, verb, resource, group, namespace), `not_found` (details.reason `KindNotServed` for a kind),
 * `conflict` (details.reason tells `AlreadyExists`, `Conflict` = another version, `UidMismatch` = another object of that name, and `FieldManagerConflict`
 * with details.conflicts = managers and fields), `invalid` (details.causes = field paths), `timeout`, `unavailable`; `details.status` holds the server's
 * own Status. An aborted call rejects with its signal's reason.
 */
export interface KubeClient {
  readonly serverUrl: string;
  /**
   * The kind, from the cached discovery; an unknown one is looked up afresh once before the answer is `undefined`, and not again for a
   * second: `fresh` looks it up whatever is known.
   */
  findKind(
    kind: { readonly group: string; readonly kind: string; readonly version?: string },
    options?: CallOptions & { readonly fresh?: boolean },
  ): Promise<KindInfo | undefined>;
  /** Every kind the server has. `fresh` drops the cache first. */
  listKinds(options?: CallOptions & { readonly fresh?: boolean }): Promise<readonly KindInfo[]>;
  serverVersion(options?: CallOptions): Promise<{ readonly gitVersion: string; readonly major: number; readonly minor: number }>;
  find(
    ref: ObjectRef & { readonly version?: string },
    options?: CallOptions & { readonly metadataOnly?: boolean; readonly subresource?: string },
  ): Promise<KubeObject | undefined>;
  list(target: ListTarget, options?: CallOptions & { readonly pageSize?: number }): Promise<ObjectList>;
  /** Never ends but by its signal; cut connections, 410 and server restarts are its own business. `forbidden` and `not_found` (the kind is gone) are thrown. */
  watch(target: ListTarget, options: { readonly signal: AbortSignal }): AsyncIterable<WatchEvent>;
  /** Server-side apply. The body is sent as it is: no field is added, dropped or changed. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** PUT; `metadata.resourceVersion`, where present, is the condition. */
  replace(object: KubeObject, options?: WriteOptions & { readonly subresource?: string }): Promise<KubeObject>;
  patch(
    ref: ObjectRef & { readonly version?: string },
    patch: PatchRequest,
    options?: WriteOptions & { readonly subresource?: string },
  ): Promise<KubeObject>;
  /**
   * The object as it stands, being deleted (finalizers), or what the server tells of one that is gone: its identity and uid.
   * `undefined` when there was none. Errors: `conflict` with `details.reason` "UidMismatch" when the precondition names another uid.
   */
  delete(ref: ObjectRef & { readonly version?: string }, options?: DeleteOptions): Promise<KubeObject | undefined>;
  /** Any other request: logs, `/version`, access reviews. The body is sent and read as JSON; text comes back as a string. */
  raw(
    method: string,
    path: string,
    options?: CallOptions & { readonly body?: JsonObject; readonly query?: Readonly<Record<string, string>> },
  ): Promise<unknown>;
  /** The same server as somebody else, over the same connections, limiter, discovery and counts. `close` closes all. */
  impersonating(identity: Impersonation): KubeClient;
  /** Requests sent so far by verb (`apply`, `get`, `list`, `watch`, …), for benchmarks and metrics. */
  readonly requestCounts: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** `PartialObjectMetadata`: what a metadata-only list or watch yields. */
export interface PartialObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}
