import type { RegisterCommand } from "../command.ts";

export const registerHealth: RegisterCommand = (program, context) => {
  program
    .command("health")
    .description(
      "Judge live objects from a file, as kubectl get -o yaml or -o json prints them; no cluster is needed. " +
        "With -o json, one line per object. Exit status: 0 every document was judged, whatever the verdicts; 2 a document cannot be read (the others are judged all the same).",
    )
    .requiredOption("-f, --file <file>", "file with YAML documents, JSON values or JSON lines; - for standard input")
    .option("--kstatus", "judge as kstatus does, in its words: InProgress, Current, Failed, Terminating, Unknown", false)
    .action(async (options: { readonly file: string; readonly kstatus: boolean }) => {
      const { runHealth } = await import("../run/health.ts");
      await runHealth(context, options);
    });
};
