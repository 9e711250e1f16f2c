// `windlass init`: a repository to begin with.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WindlassError } from "@windlass/core";
import type { CommandContext } from "../command.ts";
import { initFiles } from "./init-files.ts";

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");

/** Whether the file was written: not where something of that name is there already, a link that leads nowhere included. */
const writeNew = async (path: string, content: string): Promise<boolean> => {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw new WindlassError(
      {
        code: codeOf(error) === "EACCES" ? "forbidden" : "unavailable",
        message: `${path} cannot be written: ${codeOf(error)}`,
        remedy: "check the folder, the right to write there and the disk",
      },
      { cause: error },
    );
  }
};

/** Writes what is missing, and says what that was. */
export const runInit = async (context: CommandContext, folder: string): Promise<void> => {
  const written: string[] = [];
  const kept: string[] = [];
  for (const [path, content] of Object.entries(initFiles)) {
    context.signal.throwIfAborted();
    ((await writeNew(join(folder, path), content)) ? written : kept).push(path);
  }
  const lines = [
    ...written.map((path) => `+ ${path}`),
    ...kept.map((path) => `= ${path} (was there, left alone)`),
    `next: windlass lint ${folder}`,
  ];
  context.stdout.write(context.globals().output === "json" ? `${JSON.stringify({ written, kept })}\n` : `${lines.join("\n")}\n`);
};
