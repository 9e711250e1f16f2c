// The command line as a tree: global options, and one small module per command.
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import pico from "picocolors";
import type { CommandContext, GlobalOptions, RegisterCommand } from "./command.ts";
import { registerDelete } from "./commands/delete.ts";
import { registerDiff } from "./commands/diff.ts";
import { registerHealth } from "./commands/health.ts";
import { registerInit } from "./commands/init.ts";
import { registerInventory } from "./commands/inventory.ts";
import { registerLint } from "./commands/lint.ts";
import { registerPack } from "./commands/pack.ts";
import { registerSource } from "./commands/source.ts";
import { registerSync } from "./commands/sync.ts";
import { registerWhy } from "./commands/why.ts";

/** Every command, in the order of the help. */
const commands: readonly RegisterCommand[] = [
  registerSync,
  registerDiff,
  registerInventory,
  registerWhy,
  registerDelete,
  registerHealth,
  registerLint,
  registerInit,
  registerPack,
  registerSource,
];

const readVersion = (): string => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return version;
};

const addGlobalOptions = (program: Command): Command =>
  program
    .option("--kubeconfig <file>", "kubeconfig to use (default: $KUBECONFIG, then ~/.kube/config)")
    .option("--context <name>", "context of the kubeconfig to use (default: its current one)")
    .addOption(new Option("-o, --output <format>", "format of the result").choices(["text", "json"]).default("text"))
    .option("--debug", "print where an error came from", false)
    .option("--no-color", "print without colours");

/**
 * The program with its commands, not yet run. It never ends the process: help, mistakes and failures are thrown, and all output goes
 * to the context's streams.
 */
export const createProgram = (context: Omit<CommandContext, "globals" | "colors">, register = commands): Command => {
  const { stdout, stderr, env } = context;
  const program = addGlobalOptions(new Command("windlass"))
    .description("Keep Kubernetes clusters equal to what Git says.")
    .version(readVersion())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      // Mistakes on the command line are failures like any other and are printed where all failures are.
      outputError: () => undefined,
    });
  const globals = (): GlobalOptions => program.opts<GlobalOptions>();
  const colors = () => pico.createColors(globals().color && !env["NO_COLOR"] && stdout.isTTY === true);
  for (const add of register) add(program, { ...context, globals, colors });
  return program;
};
