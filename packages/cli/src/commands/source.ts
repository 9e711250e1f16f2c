import type { RegisterCommand } from "../command.ts";
import { addGitOptions } from "./source-git-options.ts";

export const registerSource: RegisterCommand = (program, context) => {
  const source = program.command("source").description("Look at where applications come from.");
  addGitOptions(source.command("verify"))
    .description(
      "Say what a folder of a Git repository holds at a ref, and who signed it. Exit status: 0 signed by somebody who is allowed to, 1 not.",
    )
    .argument("<source>", "the URL of a Git repository, or the folder of one on this disk")
    .option("--ref <ref>", "branch, tag, semver:RANGE or commit (default: the default branch)", "")
    .option("--path <folder>", "folder inside the repository", "")
    .option("--allowed-signers <file>", "SSH keys that may sign: ALLOWED SIGNERS of ssh-keygen(1)")
    .option("--revoked-keys <file>", "SSH keys that may sign no more, one `TYPE KEY` a line")
    .option("--gpg-keys <file>", "OpenPGP keys that may sign, as `gpg --export --armor` writes them")
    .option("--artifact <file>", "an artifact that has to be the one of this revision")
    .action(async (url: string, options: Record<string, unknown>) => {
      const { runSourceVerify } = await import("../run/source-verify.ts");
      await runSourceVerify(context, { source: url, ...options } as Parameters<typeof runSourceVerify>[1]);
    });
};
