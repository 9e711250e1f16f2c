// Until an object is gone: a delete is only the wish.
import type { ObjectRef } from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";
import type { StepOptions } from "./types.ts";

/** Returns once no object of that name has that uid any more. Ends early only by the signal (its reason is thrown). */
export const waitGone = async (
  kube: KubeClient,
  target: ObjectRef & { readonly version?: string },
  uid: string,
  { signal }: StepOptions,
): Promise<void> => {
  const current = await kube.find(target, { metadataOnly: true, signal });
  if (current === undefined || current.metadata.uid !== uid) return;
  const ended = new AbortController();
  const watch = kube.watch(
    {
      group: target.group,
      kind: target.kind,
      ...(target.version === undefined ? {} : { version: target.version }),
      ...(target.namespace === "" ? {} : { namespace: target.namespace }),
      fieldSelector: `metadata.name=${target.name}`,
      metadataOnly: true,
    },
    { signal: AbortSignal.any([signal, ended.signal]) },
  );
  let seen = false;
  try {
    for await (const event of watch) {
      if (event.type === "restarted") seen = false;
      else if (event.type === "synced" && !seen) return;
      else if (event.type === "added" || event.type === "modified") {
        if (event.object.metadata.uid !== uid) return;
        seen = true;
      } else if (event.type === "deleted" && event.object.metadata.uid === uid) return;
    }
  } finally {
    ended.abort();
  }
  signal.throwIfAborted();
};
