import { Option } from "commander";
import type { RegisterCommand } from "../command.ts";
import type { HealthOptions } from "../run/health.ts";

export const registerHealth: RegisterCommand = (program, context) => {
  program
    .command("health")
    .description(
      "Judge live objects from a file, as kubectl get -o yaml or -o json prints them; no cluster is needed. " +
        "With -o json, one line per object. Exit status: 0 every document was judged, whatever the verdicts; 2 a document cannot be read (the others are judged all the same).",
    )
    .requiredOption("-f, --file <file>", "file with YAML documents, JSON values or JSON lines; - for standard input")
    .addOption(
      new Option("--kstatus", "judge as kstatus does, in its words: InProgress, Current, Failed, Terminating, Unknown")
        .default(false)
        .conflicts("rules"),
    )
    .option("--rules <folder>", "folder with rules of your own: GROUP/KIND/health.lua (as for Argo CD) or health.cel")
    .option("--toolbox <folder>", "folder with the toolbox's programs, which rules in CEL need")
    .action(async (options: HealthOptions) => {
      const { runHealth } = await import("../run/health.ts");
      await runHealth(context, options);
    });
};
