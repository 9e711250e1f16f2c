// The inventory on disk, so to speak: one Secret per placement, written under the condition that nobody else wrote it meanwhile.
import { gunzipSync, gzipSync } from "node:zlib";
import { type Inventory, type KubeObject, type PlacementId, WindlassError } from "@windlass/core";
import type { CallOptions, KubeClient } from "../kube/types.ts";
import { applySetId, applySetKeys, parentAnnotations, parentName } from "./applyset.ts";

/** An inventory with the version of the Secret it was read from or written to; "" = there is none yet. */
export interface StoredInventory {
  readonly inventory: Inventory | undefined;
  readonly version: string;
}

export interface InventoryStore {
  /** Errors: `conflict` when a Secret of that name belongs to somebody else, `internal` when it can't be read. */
  read(placement: PlacementId, options?: CallOptions): Promise<StoredInventory>;
  /** The new version. Errors: `conflict` when the Secret is no longer at `version`; `invalid` when the record does not fit into a Secret. */
  write(inventory: Inventory, version: string, options?: CallOptions): Promise<string>;
  remove(placement: PlacementId, options?: CallOptions): Promise<void>;
  /** All placements of a namespace, or of the cluster. */
  list(namespace: string | undefined, options?: CallOptions): Promise<readonly StoredInventory[]>;
}

const recordType = "windlass.dev/placement";
const recordKey = "inventory";
/** etcd takes 1.5 MiB per object and Secrets end at 1 MiB of data. */
const maxRecordBytes = 1_000_000;

const encode = (inventory: Inventory): string => {
  const bytes = gzipSync(JSON.stringify({ version: 1, ...inventory }), { level: 6 });
  if (bytes.length <= maxRecordBytes) return bytes.toString("base64");
  throw new WindlassError({
    code: "invalid",
    message: `the inventory of ${inventory.placement.namespace}/${inventory.placement.name} takes ${bytes.length} bytes, more than a Secret holds`,
    remedy: "split the application into smaller ones",
  });
};

const isPlacementSecret = (secret: KubeObject): boolean =>
  secret["type"] === recordType && secret.metadata.annotations?.[applySetKeys.tooling]?.startsWith("windlass/") === true;

const decode = (secret: KubeObject): Inventory => {
  const data = (secret["data"] as Readonly<Record<string, string>> | undefined)?.[recordKey] ?? "";
  try {
    const record: unknown = JSON.parse(gunzipSync(Buffer.from(data, "base64")).toString("utf8"));
    const { version, ...inventory } = record as Inventory & { version: number };
    if (version === 1) return inventory;
    throw new Error(`record version ${version}`);
  } catch (cause) {
    throw new WindlassError(
      {
        code: "internal",
        message: `Secret ${secret.metadata.namespace}/${secret.metadata.name}: the inventory in it cannot be read`,
        remedy:
          "restore the Secret from a backup; nothing is changed or deleted until it can be read. An inventory of a newer Windlass needs that version",
      },
      { cause },
    );
  }
};

const foreign = (secret: KubeObject): WindlassError =>
  new WindlassError({
    code: "conflict",
    message: `Secret ${secret.metadata.namespace}/${secret.metadata.name} exists and is not an inventory of Windlass`,
    remedy: "choose another name for the placement (--name), or remove that Secret if nothing needs it",
  });

const toSecret = (inventory: Inventory, version: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name: parentName(inventory.placement),
    namespace: inventory.placement.namespace,
    labels: { [applySetKeys.id]: applySetId(inventory.placement), "app.kubernetes.io/managed-by": "windlass" },
    annotations: parentAnnotations(inventory),
    ...(version === "" ? {} : { resourceVersion: version }),
  },
  type: recordType,
  data: { [recordKey]: encode(inventory) },
});

const secretRef = (placement: PlacementId) => ({
  group: "",
  kind: "Secret",
  version: "v1",
  namespace: placement.namespace,
  name: parentName(placement),
});

const isConflict = (error: unknown): boolean => error instanceof WindlassError && error.code === "conflict";

const written = (placement: PlacementId, cause: unknown): WindlassError =>
  new WindlassError(
    {
      code: "conflict",
      message: `another sync of ${placement.namespace}/${placement.name} wrote its inventory meanwhile`,
      remedy: "let only one sync of a placement run at a time; this one stopped without recording anything, so run it again",
    },
    { cause },
  );

/** The store in the Secrets of a cluster. */
export const createInventoryStore = ({ kube }: { readonly kube: KubeClient }): InventoryStore => ({
  read: async (placement, options) => {
    const secret = await kube.find(secretRef(placement), options);
    if (secret === undefined) return { inventory: undefined, version: "" };
    if (!isPlacementSecret(secret)) throw foreign(secret);
    return { inventory: decode(secret), version: secret.metadata.resourceVersion ?? "" };
  },
  write: async (inventory, version, options) => {
    const secret = toSecret(inventory, version);
    try {
      const stored = await (version === "" ? kube.create(secret, options) : kube.replace(secret, options));
      return stored.metadata.resourceVersion ?? "";
    } catch (error) {
      throw isConflict(error) ? written(inventory.placement, error) : error;
    }
  },
  remove: async (placement, options) => {
    await kube.delete(secretRef(placement), options);
  },
  list: async (namespace, options) => {
    const target = {
      group: "",
      kind: "Secret",
      labelSelector: applySetKeys.id,
      fieldSelector: `type=${recordType}`,
      ...(namespace === undefined ? {} : { namespace }),
    };
    const { items } = await kube.list(target, options);
    return items.filter(isPlacementSecret).map((secret) => ({ inventory: decode(secret), version: secret.metadata.resourceVersion ?? "" }));
  },
});
