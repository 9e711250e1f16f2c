// The allowed signers file of ssh-keygen(1): who may sign with which key, for what and when.
import { parseBase64 } from "./base64-bytes.ts";
import { WindlassError } from "../error.ts";
import { parseSshPublicKey, type SshPublicKey } from "./sshsig.ts";

/** One line: a key, and whose it is. Times are seconds from 1970, UTC. */
export interface AllowedSigner {
  readonly principals: readonly string[];
  readonly key: SshPublicKey;
  /** What it may sign for, as patterns with `*` and `?`; absent: anything. */
  readonly namespaces?: readonly string[];
  readonly validAfterSeconds?: number;
  readonly validBeforeSeconds?: number;
}

/**
 * The signers that a file allows.
 *
 * Unlike ssh-keygen, a time without zone is UTC and not the machine's own: the same file must mean the same in every cluster.
 * Errors: `invalid` with the line, for anything that is not understood: a restriction that was skipped would allow too much.
 * Source: openssh-portable, ssh-keygen.1, ALLOWED SIGNERS @V_9_9_P1.
 */
export const parseAllowedSigners = (text: string): readonly AllowedSigner[] =>
  toLines(text).map(({ line, number }) => {
    const [principals = "", ...rest] = splitFields(line);
    const options = isKeyType(rest[0]) ? "" : (rest.shift() ?? "");
    const key = parseKey(rest[0], rest[1]);
    if (key === undefined) throw unreadable("allowed signers", number, "it does not hold `PRINCIPALS [OPTIONS] TYPE KEY`");
    const names = unquote(principals).split(",");
    if (names.some((name) => name === "" || /[*?!]/.test(name)))
      throw unreadable("allowed signers", number, "principals must be names, without patterns");
    return { principals: names, key, ...parseOptions(options, number) };
  });

/**
 * Keys that must no longer be believed, one `TYPE KEY` a line.
 *
 * Errors: `invalid` with the line; a binary KRL is none of these.
 */
export const parseRevokedKeys = (text: string): readonly SshPublicKey[] =>
  toLines(text).map(({ line, number }) => {
    const [type, key] = splitFields(line);
    const parsed = parseKey(type, key);
    if (parsed === undefined) throw unreadable("revoked keys", number, "it does not hold `TYPE KEY` (a binary KRL is not read)");
    return parsed;
  });

const toLines = (text: string): readonly { readonly line: string; readonly number: number }[] =>
  text
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"));

/** Fields between blanks; a blank inside double quotes is part of its field. */
const splitFields = (line: string): string[] => line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];

const isKeyType = (field: string | undefined): boolean => /^(sk-)?(ssh|ecdsa)-[a-z0-9-]+(@openssh\.com)?$/.test(field ?? "");

const parseKey = (type: string | undefined, encoded: string | undefined): SshPublicKey | undefined => {
  const blob = type === undefined || !isKeyType(type) ? undefined : parseBase64(encoded ?? "");
  if (blob === undefined || blob.length === 0) return undefined;
  const key = parseSshPublicKey(blob);
  return key.type === type ? key : undefined;
};

const parseOptions = (text: string, line: number): Omit<AllowedSigner, "principals" | "key"> => {
  const options = (text.match(/(?:[^,"]|"[^"]*")+/g) ?? []).map((option) => parseOption(option, line));
  const names = options.map(({ name }) => name);
  if (new Set(names).size < names.length) throw unreadable("allowed signers", line, "an option stands twice");
  return Object.assign({}, ...options.map(({ value }) => value)) as Omit<AllowedSigner, "principals" | "key">;
};

interface ParsedOption {
  readonly name: string;
  readonly value: Omit<AllowedSigner, "principals" | "key">;
}

const parseOption = (option: string, line: number): ParsedOption => {
  const equals = option.indexOf("=");
  const name = (equals < 0 ? option : option.slice(0, equals)).toLowerCase();
  const value = equals < 0 ? "" : unquote(option.slice(equals + 1));
  switch (name) {
    case "namespaces":
      return { name, value: { namespaces: value.split(",") } };
    case "valid-after":
      return { name, value: { validAfterSeconds: parseTime(value, line) } };
    case "valid-before":
      return { name, value: { validBeforeSeconds: parseTime(value, line) } };
    default:
      throw unreadable("allowed signers", line, `option ${JSON.stringify(name)} is not supported`);
  }
};

const unquote = (text: string): string => (/^".*"$/.test(text) ? text.slice(1, -1) : text);

/** `YYYYMMDD[HHMM[SS]][Z]`. */
const parseTime = (text: string, line: number): number => {
  const [, year, month, day, hour = "00", minute = "00", second = "00"] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time))
    throw unreadable("allowed signers", line, `${JSON.stringify(text)} is not a time like 20261231 or 20261231235959Z`);
  return time / 1000;
};

const unreadable = (what: string, line: number, why: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `line ${line} of the ${what} cannot be used: ${why}`,
    remedy: "correct the line; see ALLOWED SIGNERS in ssh-keygen(1)",
    details: { line },
  });
