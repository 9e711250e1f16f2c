// `windlass inventory`: what is owned, as the cluster itself records it.
import { type InventoryEntry, WindlassError, formatRef } from "@windlass/core";
import { createInventoryStore } from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { withCluster } from "./open-cluster.ts";
import { formatTable } from "./table.ts";

const stateOf = (entry: InventoryEntry): string => (entry.hook === true ? "hook" : entry.hash === "" ? "intended" : "applied");

/** Lists placements, or the objects of one. Errors: `not_found` when there is no such placement. */
export const runInventory = async (
  context: CommandContext,
  options: { readonly name?: string; readonly namespace?: string },
): Promise<void> => {
  const { stdout, signal, globals } = context;
  const isJson = globals().output === "json";
  await withCluster(context, async ({ kube, namespace }) => {
    const store = createInventoryStore({ kube });
    if (options.name === undefined) {
      const records = (await store.list(options.namespace, { signal })).flatMap(({ inventory }) => (inventory ? [inventory] : []));
      const rows = records.map(({ placement, revision, entries, run }) => [
        placement.namespace,
        placement.name,
        revision || "-",
        String(entries.length),
        run?.state ?? "-",
      ]);
      stdout.write(
        isJson
          ? `${JSON.stringify(records.map(({ deleteHooks: _hooks, ...record }) => record))}\n`
          : formatTable(["NAMESPACE", "PLACEMENT", "REVISION", "OBJECTS", "LAST RUN"], rows),
      );
      return;
    }
    const placement = { name: options.name, namespace: options.namespace ?? namespace };
    const { inventory } = await store.read(placement, { signal });
    if (inventory === undefined)
      throw new WindlassError({
        code: "not_found",
        message: `There is no placement ${placement.namespace}/${placement.name} in this cluster.`,
        remedy: "See windlass inventory for those that there are.",
      });
    const { deleteHooks: _hooks, ...record } = inventory;
    const rows = inventory.entries.map((entry) => [formatRef(entry), stateOf(entry), entry.origin]);
    stdout.write(isJson ? `${JSON.stringify(record)}\n` : formatTable(["OBJECT", "STATE", "SOURCE"], rows));
  });
};
