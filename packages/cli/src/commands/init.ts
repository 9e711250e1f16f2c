import type { RegisterCommand } from "../command.ts";

export const registerInit: RegisterCommand = (program, context) => {
  program
    .command("init")
    .description(
      "Lay out a repository: apps, clusters, policies, and a CI job that runs windlass lint. Nothing that is there is overwritten.",
    )
    .argument("[folder]", "where", ".")
    .action(async (folder: string) => {
      const { runInit } = await import("../run/init.ts");
      await runInit(context, folder);
    });
};
