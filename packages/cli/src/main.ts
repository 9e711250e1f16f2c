import { listenForInterrupt } from "./interrupt.ts";
import { runCli } from "./run-cli.ts";

const { stdout, stderr, env } = process;
process.exitCode = await runCli(process.argv.slice(2), { stdout, stderr, env, interrupt: listenForInterrupt(process) });
