import type { RegisterCommand } from "../command.ts";
import { parseDurationMs } from "../duration.ts";

export const registerDelete: RegisterCommand = (program, context) => {
  program
    .command("delete")
    .description("Delete a placement with everything it owns, in reverse order of its sync.")
    .argument("<name>", "the placement")
    .option("-n, --namespace <name>", "namespace of the placement (default: the context's)")
    .option("--approve-prune <id>", "approve the deletion of Namespaces, CRDs and PersistentVolumeClaims that was asked about")
    .option("--dry-run", "delete nothing, say what would be deleted", false)
    .option("--timeout <duration>", "deadline", parseDurationMs, 300_000)
    .action(async (name: string, options: Record<string, unknown>) => {
      const { runDelete } = await import("../run/delete.ts");
      await runDelete(context, { name, ...options } as Parameters<typeof runDelete>[1]);
    });
};
