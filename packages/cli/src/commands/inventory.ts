import type { RegisterCommand } from "../command.ts";

export const registerInventory: RegisterCommand = (program, context) => {
  program
    .command("inventory")
    .description("List the placements of a cluster, or what one of them owns.")
    .argument("[name]", "placement whose objects to list")
    .option("-n, --namespace <name>", "namespace of the placement (default: the context's; without a name: all)")
    .action(async (name: string | undefined, options: { readonly namespace?: string }) => {
      const { runInventory } = await import("../run/inventory.ts");
      await runInventory(context, { ...options, ...(name === undefined ? {} : { name }) });
    });
};
