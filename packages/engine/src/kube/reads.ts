// The reading half of the client.
import { formatRef, WindlassError, type ObjectRef } from "@windlass/core";
import { readKubeObject, toObjectOf } from "./answer.ts";
import type { Catalog } from "./catalog.ts";
import { listAll, partialAccept } from "./list.ts";
import { toPath } from "./paths.ts";
import type { Sender } from "./sender.ts";
import type { CallOptions, KindInfo, KubeClient, ListTarget } from "./types.ts";
import { watchObjects, type WatchDeps } from "./watch.ts";

export interface ReadDeps {
  readonly sender: Sender;
  readonly catalog: Catalog;
  readonly watchIdleTimeoutMs: number;
  readonly random: () => number;
}

/** A ref with the version to speak; the server's preferred one when absent. */
export type VersionedRef = ObjectRef & { readonly version?: string };

/** Secrets: what the server says about them may quote their values. */
export const isSecretKind = ({ group, kind }: { readonly group: string; readonly kind: string }): boolean =>
  group === "" && kind === "Secret";

const isReason = (error: unknown, reason: string): boolean => error instanceof WindlassError && error.details.reason === reason;

/** The kind of a ref, or `undefined` when the server has none such, and so no such object either. */
export const findKindOf = async (catalog: Catalog, ref: VersionedRef, options: CallOptions): Promise<KindInfo | undefined> => {
  try {
    return await catalog.get(ref, { ...options, wantedBy: formatRef(ref) });
  } catch (error) {
    if (isReason(error, "KindNotServed")) return undefined;
    throw error;
  }
};

/** `run`, with "no such object" as `undefined`. A 404 that names no object is about the kind: what we know of it is old. */
export const undefinedIfMissing = async <Result>(catalog: Catalog, run: () => Promise<Result>): Promise<Result | undefined> => {
  try {
    return await run();
  } catch (error) {
    if (!isReason(error, "NotFound") && !isReason(error, "")) throw error;
    if (!(error instanceof WindlassError) || error.code !== "not_found") throw error;
    if (isPathMissing(error)) catalog.invalidate();
    return undefined;
  }
};

/** Whether a 404 is about the kind's path and not about an object. */
export const isPathMissing = (error: unknown): boolean => {
  if (!(error instanceof WindlassError) || error.code !== "not_found") return false;
  const { status } = error.details;
  return typeof status === "object" && status !== null && "name" in status && status.name === "";
};

const createFind =
  ({ sender, catalog }: ReadDeps): KubeClient["find"] =>
  async (ref, options = {}) => {
    const kind = await findKindOf(catalog, ref, options);
    if (kind === undefined) return undefined;
    const { metadataOnly = false, subresource, ...call } = options;
    const place = { namespace: ref.namespace, name: ref.name, ...(subresource === undefined ? {} : { subresource }) };
    const answer = await undefinedIfMissing(catalog, () =>
      sender.send({
        verb: "get",
        subject: formatRef(ref),
        method: "GET",
        path: toPath(kind, place),
        ...(metadataOnly ? { headers: { accept: partialAccept("PartialObjectMetadata") } } : {}),
        repeatable: true,
        isSecret: isSecretKind(ref),
        ...call,
      }),
    );
    if (answer === undefined) return undefined;
    const object = readKubeObject(answer.text);
    return metadataOnly ? toObjectOf(kind, object) : object;
  };

const createWatch = ({ sender, catalog, watchIdleTimeoutMs, random }: ReadDeps) =>
  async function* watch(target: ListTarget, { signal }: { readonly signal: AbortSignal }) {
    const resolve = async (): Promise<WatchDeps | undefined> => {
      try {
        return { sender, signal, random, idleTimeoutMs: watchIdleTimeoutMs, kind: await catalog.get(target, { signal }) };
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    };
    const deps = await resolve();
    if (deps !== undefined) yield* watchObjects(deps, target);
  };

/** Reading objects. */
export const createReads = (deps: ReadDeps): Pick<KubeClient, "find" | "list" | "watch"> => ({
  find: createFind(deps),
  list: async (target, options = {}) => {
    const kind = await deps.catalog.get(target, options);
    const { items, resourceVersion } = await listAll({ sender: deps.sender, kind }, target, options);
    return { items, resourceVersion };
  },
  watch: createWatch(deps),
});
