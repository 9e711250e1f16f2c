import { WindlassError } from "@windlass/core/error";
import { expect, test } from "vitest";
import type { GlobalOptions, Output, RegisterCommand } from "./command.ts";
import { runCli } from "./run-cli.ts";

const sink = (): Output & { readonly text: () => string } => {
  const chunks: string[] = [];
  return { write: (text) => chunks.push(text), text: () => chunks.join("") };
};

const forbidden = new WindlassError({
  code: "forbidden",
  message: 'user "ci" may not patch Deployment shop/api.',
  remedy: "Grant it the verb patch on deployments.apps.",
  details: { user: "ci" },
});

/** A program with one command per outcome. */
const commandsOf = (seen: GlobalOptions[] = []): readonly RegisterCommand[] => [
  (program, { globals, setExitStatus, stdout, colors }) => {
    program
      .command("ask")
      .option("--count <n>", "how often")
      .action(() => {
        seen.push(globals());
        stdout.write(colors().red("no"));
        setExitStatus(1);
      });
  },
  (program) => {
    program.command("refuse").action(() => {
      throw forbidden;
    });
  },
  (program) => {
    program.command("break").action(() => {
      throw new TypeError("password hunter2 is not a function");
    });
  },
];

const idle = { signal: new AbortController().signal, exitStatus: () => undefined };

const run = async (args: readonly string[], seen: GlobalOptions[] = []) => {
  const stdout = sink();
  const stderr = sink();
  const status = await runCli(args, { stdout, stderr, env: {}, interrupt: idle, commands: commandsOf(seen) });
  return { status, out: stdout.text(), err: stderr.text() };
};

test("a failure is told in two lines, what happened and what to do, and its code becomes the exit status", async () => {
  expect(await run(["refuse"])).toEqual({
    status: 4,
    out: "",
    err: 'error: user "ci" may not patch Deployment shop/api.\nremedy: Grant it the verb patch on deployments.apps.\n',
  });
});

test("with -o json a failure is the wire form on stderr, and stdout stays empty", async () => {
  const { status, out, err } = await run(["refuse", "-o", "json"]);
  expect({ status, out }).toEqual({ status: 4, out: "" });
  expect(JSON.parse(err)).toEqual({ code: "forbidden", message: forbidden.message, remedy: forbidden.remedy, details: { user: "ci" } });
});

test("a fault of our own becomes internal with an id, without its text, which may hold a secret, and without a stack", async () => {
  const { status, err } = await run(["break"]);
  expect(status).toBe(70);
  expect(err).toMatch(/^error: Windlass met a fault of its own \(id [0-9a-f]{8}\)\.\nremedy: .*--debug.*\n$/);
});

test("--debug shows the stack", async () => {
  expect((await run(["break", "--debug"])).err).toMatch(/TypeError: password[^]*run-cli\.test\.ts/);
});

test("a command that worked and whose answer is no exits with 1", async () => {
  expect(await run(["ask"])).toEqual({ status: 1, out: "no", err: "" });
});

test.each([[["--kubeconfig", "/k", "--context", "east", "ask"]], [["ask", "--kubeconfig", "/k", "--context", "east"]]])(
  "global options count before and after the command's name: %j",
  async (args) => {
    const seen: GlobalOptions[] = [];
    await run(args, seen);
    expect(seen).toMatchObject([{ kubeconfig: "/k", context: "east", output: "text", debug: false, color: true }]);
  },
);

test.each([
  [["aks"], "error: unknown command 'aks'.\nremedy: Did you mean ask? See windlass --help.\n"],
  [["ask", "--cuont", "1"], "error: unknown option '--cuont'.\nremedy: Did you mean --count? See windlass ask --help.\n"],
  [["ask", "--count"], "error: option '--count <n>' argument missing.\nremedy: See windlass ask --help.\n"],
  [
    ["ask", "-o", "xml"],
    "error: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are text, json.\nremedy: See windlass ask --help.\n",
  ],
])("a mistake on the command line says what it is and where to look: %j", async (args, err) => {
  expect(await run(args)).toEqual({ status: 2, out: "", err });
});

test("help and version go to stdout and succeed; no word at all prints the help and does not", async () => {
  const help = await run(["--help"]);
  expect(help).toMatchObject({ status: 0, err: "" });
  expect(help.out).toContain("Usage: windlass");
  expect((await run(["ask", "--help"])).out).toContain("--kubeconfig");
  expect(await run(["--version"])).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  expect(await run([])).toMatchObject({ status: 2, out: "", err: expect.stringContaining("Usage: windlass") as string });
});

test("a command that is cut off by Ctrl-C adds no error of its own", async () => {
  const stderr = sink();
  const interrupt = { signal: AbortSignal.abort(), exitStatus: () => 130 };
  const status = await runCli(["break"], { stdout: sink(), stderr, env: {}, interrupt, commands: commandsOf() });
  expect({ status, err: stderr.text() }).toEqual({ status: 130, err: "" });
});

test("colours are for a terminal that wants them", async () => {
  const shown = async (args: readonly string[], isTTY: boolean, env: Record<string, string>): Promise<string> => {
    const stdout = { ...sink(), isTTY };
    await runCli(args, { stdout, stderr: sink(), env, interrupt: idle, commands: commandsOf() });
    return stdout.text();
  };
  expect(await shown(["ask"], true, {})).toContain("\u001B[31m");
  expect(await shown(["ask"], false, {})).toBe("no");
  expect(await shown(["ask"], true, { NO_COLOR: "1" })).toBe("no");
  expect(await shown(["ask", "--no-color"], true, {})).toBe("no");
});
