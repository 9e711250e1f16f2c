// The writing half of the client. Bodies go out as they came in: nothing here knows a field but identity.
import { formatJson, formatRef, refOf, versionOf, type JsonObject, type KubeObject, type ObjectRef } from "@windlass/core";
import { readKubeObject, readObject } from "./answer.ts";
import { formatApplyBody } from "./apply-body.ts";
import type { Catalog } from "./catalog.ts";
import { apiVersionOf, toPath, type Place } from "./paths.ts";
import { findKindOf, isPathMissing, isSecretKind, undefinedIfMissing } from "./reads.ts";
import type { KubeRequest, Sender } from "./sender.ts";
import type { CallOptions, DeleteOptions, KindInfo, KubeClient, PatchRequest, WriteOptions } from "./types.ts";

export interface WriteDeps {
  readonly sender: Sender;
  readonly catalog: Catalog;
  readonly fieldManager: string;
}

/** What is particular to one verb. */
interface Write {
  readonly verb: string;
  readonly method: string;
  readonly contentType: string;
  readonly body: string;
  readonly repeatable: boolean;
  readonly force?: boolean;
}

type Subresource = WriteOptions & { readonly subresource?: string };

const callOf = ({ signal, timeoutMs }: CallOptions): CallOptions => ({
  ...(signal === undefined ? {} : { signal }),
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
});

const createSend =
  ({ sender, catalog, fieldManager }: WriteDeps) =>
  async (
    ref: ObjectRef,
    version: string | undefined,
    write: Write,
    { place, options }: { readonly place: Place; readonly options: Subresource },
  ): Promise<KubeObject> => {
    const call = callOf(options);
    const kind = await catalog.get({ ...ref, ...(version === undefined ? {} : { version }) }, { ...call, wantedBy: formatRef(ref) });
    const request: KubeRequest = {
      ...call,
      verb: write.verb,
      subject: formatRef(ref),
      method: write.method,
      path: toPath(kind, { ...place, ...(options.subresource === undefined ? {} : { subresource: options.subresource }) }),
      query: {
        fieldManager: options.fieldManager ?? fieldManager,
        fieldValidation: options.fieldValidation ?? "Strict",
        force: write.force === true ? "true" : undefined,
        dryRun: options.dryRun === true ? "All" : undefined,
      },
      headers: { "content-type": write.contentType },
      body: write.body,
      repeatable: write.repeatable || options.dryRun === true,
      isSecret: isSecretKind(ref),
    };
    try {
      return readKubeObject((await sender.send(request)).text);
    } catch (error) {
      if (isPathMissing(error)) catalog.invalidate();
      throw error;
    }
  };

const contentTypes: Readonly<Record<PatchRequest["type"], string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** The body of a delete: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/ */
const deleteBody = ({ dryRun, propagation, preconditions }: DeleteOptions): string =>
  formatJson({
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: propagation ?? "Background",
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(dryRun === true ? { dryRun: ["All"] } : {}),
  });

/** Most kinds answer a finished delete with a bare `Status`, which holds name and uid at least. */
const readDeleted = (kind: KindInfo, ref: ObjectRef, text: string): KubeObject => {
  const answer: JsonObject = readObject(text);
  if (answer.kind !== "Status") return readKubeObject(text);
  const uid = typeof answer.details === "object" && answer.details !== null && "uid" in answer.details ? answer.details.uid : undefined;
  const namespace = kind.namespaced ? { namespace: ref.namespace } : {};
  return {
    apiVersion: apiVersionOf(kind),
    kind: ref.kind,
    metadata: { name: ref.name, ...namespace, ...(typeof uid === "string" ? { uid } : {}) },
  };
};

const createDelete =
  ({ sender, catalog }: WriteDeps): KubeClient["delete"] =>
  async (ref, options = {}) => {
    const call = callOf(options);
    const kind = await findKindOf(catalog, ref, call);
    if (kind === undefined) return undefined;
    const answer = await undefinedIfMissing(catalog, () =>
      sender.send({
        ...call,
        verb: "delete",
        subject: formatRef(ref),
        method: "DELETE",
        path: toPath(kind, ref),
        headers: { "content-type": "application/json" },
        body: deleteBody(options),
        // Without a uid, the second delete could hit the successor of what the first one deleted.
        repeatable: options.preconditions?.uid !== undefined || options.dryRun === true,
        isSecret: isSecretKind(ref),
      }),
    );
    return answer === undefined ? undefined : readDeleted(kind, ref, answer.text);
  };

const json = "application/json";

/** Writing objects. */
export const createWrites = (deps: WriteDeps): Pick<KubeClient, "apply" | "create" | "replace" | "patch" | "delete"> => {
  const send = createSend(deps);
  return {
    apply: (object, options = {}) =>
      send(
        refOf(object),
        versionOf(object.apiVersion),
        {
          verb: "apply",
          method: "PATCH",
          contentType: "application/apply-patch+yaml",
          body: formatApplyBody(object),
          // With a version as its condition, the second one would be refused by what the first one did.
          repeatable: object.metadata.resourceVersion === undefined,
          ...(options.force === undefined ? {} : { force: options.force }),
        },
        { place: refOf(object), options },
      ),
    create: (object, options = {}) =>
      send(
        refOf(object),
        versionOf(object.apiVersion),
        { verb: "create", method: "POST", contentType: json, body: formatJson(object), repeatable: false },
        { place: { namespace: object.metadata.namespace ?? "" }, options },
      ),
    replace: (object, options = {}) =>
      send(
        refOf(object),
        versionOf(object.apiVersion),
        { verb: "update", method: "PUT", contentType: json, body: formatJson(object), repeatable: false },
        { place: refOf(object), options },
      ),
    patch: ({ version, ...ref }, { type, body }, options = {}) =>
      send(
        ref,
        version,
        { verb: "patch", method: "PATCH", contentType: contentTypes[type], body: formatJson(body), repeatable: false },
        { place: ref, options },
      ),
    delete: createDelete(deps),
  };
};
