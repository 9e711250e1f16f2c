// Credential plugins: a program that prints an `ExecCredential`.
import { spawn } from "node:child_process";
import { WindlassError } from "@windlass/core";
import type { ClientCertificate, ExecPlugin } from "./connection.ts";
import { objectOf, textOf } from "./json-read.ts";

/** What a plugin gave. It holds until `expiresAtMs` (epoch), for good without one. */
export interface ExecCredential {
  readonly token?: string;
  readonly certificate?: ClientCertificate;
  readonly expiresAtMs?: number;
}

const timeoutMs = 60_000;
const outputLimit = 1_048_576;

const fail = (plugin: ExecPlugin, origin: string, what: string, cause?: unknown): WindlassError =>
  new WindlassError(
    {
      code: "unauthorized",
      message: `The credential plugin "${plugin.command}" of ${origin} ${what}.`,
      remedy:
        plugin.installHint === ""
          ? `Run it by hand to see what is wrong: ${[plugin.command, ...plugin.args].join(" ")}`
          : plugin.installHint,
    },
    { cause },
  );

const environmentOf = (plugin: ExecPlugin): NodeJS.ProcessEnv => ({
  ...plugin.env,
  KUBERNETES_EXEC_INFO: JSON.stringify({
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(plugin.cluster === undefined ? {} : { cluster: plugin.cluster }) },
  }),
});

const run = (plugin: ExecPlugin, origin: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(plugin.command, plugin.args, {
      env: environmentOf(plugin),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > outputLimit) child.kill("SIGKILL");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-500)));
    child.on("error", (cause) =>
      reject(
        fail(
          plugin,
          origin,
          "code" in cause && cause.code === "ENOENT" ? "is not installed" : `cannot be started: ${cause.message}`,
          cause,
        ),
      ),
    );
    child.on("close", (status, signal) => {
      if (status === 0) return resolve(output);
      const end = signal === null ? `ended with status ${status}` : `was stopped (${signal}) after too much time or output`;
      reject(fail(plugin, origin, complaint === "" ? end : `${end}: ${complaint.trim()}`));
    });
  });

const readOutput = (plugin: ExecPlugin, origin: string, output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    throw fail(plugin, origin, "printed something else than an ExecCredential");
  }
};

const parseCredential = (plugin: ExecPlugin, origin: string, output: string): ExecCredential => {
  const status = objectOf(objectOf(readOutput(plugin, origin, output)).status);
  const token = textOf(status.token);
  const certificate = textOf(status.clientCertificateData);
  const key = textOf(status.clientKeyData);
  const expiresAtMs = Date.parse(textOf(status.expirationTimestamp));
  const hasCertificate = certificate !== "" && key !== "";
  if (token === "" && !hasCertificate) throw fail(plugin, origin, "printed neither a token nor a certificate with its key");
  return {
    ...(token === "" ? {} : { token }),
    ...(hasCertificate ? { certificate: { certificate, key } } : {}),
    ...(Number.isNaN(expiresAtMs) ? {} : { expiresAtMs }),
  };
};

/**
 * The credential that the plugin prints, from a fresh run of at most a minute.
 *
 * Errors: `unauthorized` when it is missing (the remedy is its own install hint), fails, hangs or prints nonsense.
 */
export const runExecPlugin = async (plugin: ExecPlugin, origin: string): Promise<ExecCredential> =>
  parseCredential(plugin, origin, await run(plugin, origin));
