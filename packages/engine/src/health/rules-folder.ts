// Rules that people keep in a folder, laid out as Argo CD lays its customisations out: GROUP/KIND/health.lua, and health.cel beside it.
// Source of the layout: argo-cd, resource_customizations; util/lua/lua.go, `getPredefinedLuaScripts` (`_` stands for any text)
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type KindTable, WindlassError } from "@windlass/core";
import { decodeText } from "../source/decode-text.ts";
import { toFileError } from "../source/file-error.ts";
import { readRegularFile } from "../source/read-file.ts";

/** A rule as it was written. */
export interface WrittenRule {
  readonly language: "lua" | "cel";
  readonly text: string;
  /** Its path in the folder, for messages. */
  readonly file: string;
}

const languages = { "health.lua": "lua", "health.cel": "cel" } as const;

const bytesMax = 256 * 1024;
const rulesMax = 5_000;

interface Found {
  readonly group: string;
  readonly kind: string;
  readonly file: string;
  readonly language: WrittenRule["language"];
}

/** What is asked of a folder, and how deep: `KIND/health.lua` is a kind of the core group, `GROUP/KIND/health.lua` any other. */
const toFound = (file: string): Found | undefined => {
  const parts = file.split("/");
  const [name = "", kind = "", group = ""] = parts.toReversed();
  const language = Object.hasOwn(languages, name) ? languages[name as keyof typeof languages] : undefined;
  if (language === undefined || parts.length < 2 || parts.length > 3) return undefined;
  return { group: group.replace(/^_(?=\.|$)/, "*"), kind: kind === "_" ? "*" : kind, file, language };
};

const listFiles = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
};

const refuseTwo = (found: readonly Found[]): void => {
  const places = new Map<string, Found>();
  for (const rule of found) {
    const place = `${rule.group}/${rule.kind}`;
    const other = places.get(place);
    if (other) throw twice(other, rule);
    places.set(place, rule);
  }
};

const twice = (first: Found, second: Found): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${first.file} and ${second.file} are rules for the same kind`,
    remedy: "keep one of the two",
  });

/**
 * The rules of a folder by group and kind. Files of other names, such as Argo CD's actions and test data, are left alone.
 *
 * Errors: `not_found`, `forbidden`; `invalid` for two rules of one kind, too many rules, and a rule that is too long or no text; the signal's reason.
 */
export const loadRulesFolder = async (folder: string, signal?: AbortSignal): Promise<KindTable<WrittenRule>> => {
  try {
    const root = await realpath(folder);
    const found = (await listFiles(root)).flatMap((file) => toFound(file) ?? []);
    if (found.length > rulesMax) throw tooMany(folder);
    refuseTwo(found);
    const table: Record<string, Record<string, WrittenRule>> = {};
    for (const { group, kind, file, language } of found) {
      signal?.throwIfAborted();
      const text = decodeText(await readRegularFile(join(root, file), file, bytesMax), file);
      (table[group] ??= {})[kind] = { language, text, file };
    }
    return table;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw toFileError(error, folder);
  }
};

const tooMany = (folder: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${folder} holds more than ${rulesMax} rules`,
    remedy: "name the folder that holds the rules, not one above it",
  });
