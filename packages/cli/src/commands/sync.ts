import { type Command, InvalidArgumentError } from "commander";
import type { RegisterCommand } from "../command.ts";
import { parseDurationMs } from "../duration.ts";

/** Where objects come from and which placement they are for: the same words for every command that takes them. */
export const addSourceOptions = (command: Command): Command =>
  command
    .argument("<source>", "a folder, a file, - for standard input, or the URL of a Git repository")
    .option("--ref <ref>", "branch, tag, semver range or commit of a Git source (default: its default branch)")
    .option("--path <folder>", "folder inside a Git source", "")
    .option("--name <name>", "name of the placement (default: made from the source's name)")
    .option("-n, --namespace <name>", "namespace of the placement's record, and of objects that name none (default: the context's)");

const percent = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0 && value <= 100)) throw new InvalidArgumentError("a percentage from 0 to 100 is wanted.");
  return value / 100;
};

export const registerSync: RegisterCommand = (program, context) => {
  addSourceOptions(program.command("sync"))
    .description("Make a cluster equal to a source, once, and say what was done to each object.")
    .option("--prune", "delete what left the source since the last sync", false)
    .option("--approve-prune <id>", "approve the deletions that an earlier sync asked about")
    .option("--prune-limit <percent>", "share of the objects that may be deleted unasked, where more than 5 are concerned", percent, 0.5)
    .option("--dry-run", "change nothing: let the API server say what would happen", false)
    .option("--wait", "wait until every object is healthy", false)
    .option("--atomic", "change nothing at all if the API server refuses one object", false)
    .option("--adopt", "take over objects that kubectl, Helm or another placement owns", false)
    .option("--force", "delete and create anew what has an immutable field, if the new object is proven valid", false)
    .option("--timeout <duration>", "deadline of the whole sync", parseDurationMs, 300_000)
    .action(async (source: string, options: Record<string, unknown>) => {
      const { runSync } = await import("../run/sync.ts");
      await runSync(context, { source, ...options } as Parameters<typeof runSync>[1]);
    });
};
