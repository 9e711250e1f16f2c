import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** All files under a folder by slash-separated path, links followed. */
export const readTree = (directory: string): Record<string, Uint8Array> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: "utf8" })
      .toSorted()
      .filter((name) => statSync(path.join(directory, name)).isFile())
      .map((name) => [name.replaceAll(path.sep, "/"), readFileSync(path.join(directory, name))]),
  );
