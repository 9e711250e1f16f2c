import type { Command } from "commander";

/** How a Git repository is reached: the same words for every command that reads one. Secrets come from files, never from the command line. */
export const addGitOptions = (command: Command): Command =>
  command
    .option("--token-file <file>", "file with a token for an https URL, or with --username the password")
    .option("--username <name>", "user whose password is in --token-file")
    .option("--ssh-key <file>", "private key for an ssh URL, without passphrase; needs --known-hosts")
    .option("--known-hosts <file>", "host keys to expect, such as ~/.ssh/known_hosts")
    .option("--ca <file>", "certificates (PEM) to trust instead of the machine's")
    .option("--submodules", "follow submodules on the repository's own host, with its credential", false);
