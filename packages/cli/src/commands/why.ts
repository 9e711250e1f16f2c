import type { RegisterCommand } from "../command.ts";

export const registerWhy: RegisterCommand = (program, context) => {
  program
    .command("why")
    .description(
      "Explain an object: which placement, revision and file it comes from, who owns which field, what is wrong with it. Exit status 1: something is.",
    )
    .argument("<object>", "KIND/NAME or KIND.GROUP/NAME: Deployment.apps/web, ConfigMap/settings")
    .option("-n, --namespace <name>", "namespace of the object (default: the context's)")
    .action(async (object: string, options: { readonly namespace?: string }) => {
      const { runWhy } = await import("../run/why.ts");
      await runWhy(context, { object, ...options });
    });
};
