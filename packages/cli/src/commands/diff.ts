import type { RegisterCommand } from "../command.ts";
import { parseDurationMs } from "../duration.ts";
import { addSourceOptions } from "./sync.ts";

export const registerDiff: RegisterCommand = (program, context) => {
  addSourceOptions(program.command("diff"))
    .description(
      "Show field by field what a sync would change. Exit status: 0 nothing, 1 something, 2 and above an error. Secrets are masked.",
    )
    .option("--timeout <duration>", "deadline", parseDurationMs, 60_000)
    .action(async (source: string, options: Record<string, unknown>) => {
      const { runDiff } = await import("../run/diff.ts");
      await runDiff(context, { source, ...options } as Parameters<typeof runDiff>[1]);
    });
};
