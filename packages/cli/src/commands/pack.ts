import type { RegisterCommand } from "../command.ts";

export const registerPack: RegisterCommand = (program, context) => {
  program
    .command("pack")
    .description(
      "Pack a folder as an OCI artifact that says where it comes from. The same files and the same commit give the same digest, on any machine at any time. Names that begin with a dot are left out.",
    )
    .argument("<folder>", "the folder to pack")
    .option("--to <place>", "oci://HOST/PATH:TAG, or a file FILE.tar.gz for an OCI image layout (default: say what would be packed)")
    .option("--source <url>", "URL of the repository that the folder comes from (default: what Git calls origin)")
    .option(
      "--revision <revision>",
      "revision of the folder, as main@sha1:… (default: Git's commit, if nothing in the folder differs from it)",
    )
    .option("--sign <file>", "private key in PEM to sign the pushed artifact with, as cosign does")
    .option("--plain-http", "speak to the registry without TLS", false)
    .action(async (folder: string, options: Record<string, unknown>) => {
      const { runPack } = await import("../run/pack.ts");
      await runPack(context, { folder, ...options } as Parameters<typeof runPack>[1]);
    });
};
