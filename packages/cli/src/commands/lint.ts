import { Option } from "commander";
import type { RegisterCommand } from "../command.ts";

export const registerLint: RegisterCommand = (program, context) => {
  program
    .command("lint")
    .description(
      "Look manifests over without a cluster: fields and types of built-in kinds, API versions that go, images without a version, secrets in clear, selectors and references that lead nowhere. Exit status 1: there are errors.",
    )
    .argument("[path]", "a folder, a file, or - for standard input", ".")
    .option("--kube-version <version>", "version of Kubernetes that the objects are meant for", "1.37")
    .addOption(new Option("--format <format>", "form of the report").choices(["text", "sarif", "junit"]).default("text"))
    .action(async (path: string, options: Record<string, unknown>) => {
      const { runLint } = await import("../run/lint.ts");
      await runLint(context, { path, ...options } as Parameters<typeof runLint>[1]);
    });
};
