// Secrets that stand in the source for everybody to read. A message names the place and never the value.
import { decodeBase64 } from "../object/base64.ts";
import { isJsonList, isJsonObject } from "../object/guards.ts";
import type { KubeObject } from "../object/object.ts";
import { formatPath } from "./schema.ts";
import type { Remark } from "./types.ts";

/** Texts that are a secret whatever field they stand in; each has a form of its own, so that a hit is one. */
const patterns: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/ },
  { what: "an access key of AWS", pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { what: "a token of GitHub", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{40,255})\b/ },
  { what: "a token of GitLab", pattern: /\bgl(?:pat|dt|rt|ptt)-[\w-]{20,64}/ },
  { what: "a token of Slack", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/ },
  { what: "an API key of Google", pattern: /\bAIza[\w-]{35}\b/ },
  { what: "a live key of Stripe", pattern: /\b[rs]k_live_[A-Za-z0-9]{20,250}\b/ },
  { what: "a token of npm", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: "a key of age", pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/ },
  { what: "a token of Vault", pattern: /\bhvs\.[\w-]{24,250}/ },
];

const isEncrypted = (value: unknown): boolean => typeof value === "string" && /^ENC\[[A-Z0-9_]+,/.test(value);

/** A variable that is filled in later. */
const isPlaceholder = (value: unknown): boolean =>
  typeof value === "string" && /^(?:\$\{[A-Za-z_][^}]*\}|\{\{[^}]*\}\})?$/.test(value.trim());

const findPattern = (text: string): string | undefined => patterns.find(({ pattern }) => pattern.test(text))?.what;

const tokenRemark = (path: readonly (string | number)[], what: string): Remark => ({
  rule: "token-in-clear",
  severity: "error",
  path,
  message: `${formatPath(path)} holds ${what} in clear`,
  remedy: "take it out, have it replaced where it is valid (Git remembers it), and encrypt the new one, with SOPS for instance",
});

const findTokens = (value: unknown, path: readonly (string | number)[]): readonly Remark[] => {
  if (typeof value === "string") {
    const what = isEncrypted(value) ? undefined : findPattern(value);
    return what === undefined ? [] : [tokenRemark(path, what)];
  }
  if (isJsonList(value)) return value.flatMap((item, index) => findTokens(item, [...path, index]));
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, item]) => findTokens(item, [...path, name])) : [];
};

const isSecret = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === "v1" && kind === "Secret";

/** Values of a Secret that SOPS has not encrypted and no variable fills in. */
const findClear = (object: KubeObject): readonly Remark[] =>
  ["data", "stringData"].flatMap((field) => {
    const values = object[field];
    const clear = isJsonObject(values) ? Object.entries(values).filter(([, value]) => !isEncrypted(value) && !isPlaceholder(value)) : [];
    if (clear.length === 0) return [];
    const tokens = clear.flatMap(([name, value]) => {
      const text = typeof value === "string" ? (field === "data" ? (decodeBase64(value) ?? "") : value) : "";
      const what = findPattern(text);
      return what === undefined ? [] : [`${name} is ${what}`];
    });
    const remark: Remark = {
      rule: "secret-in-clear",
      severity: "error",
      path: [field],
      message: `Secret ${object.metadata.name} has ${clear.length} value${clear.length === 1 ? "" : "s"} in ${field} that everybody who reads the source can read: ${clear.map(([name]) => name).join(", ")}${tokens.length > 0 ? ` (${tokens.join(", ")})` : ""}`,
      remedy:
        "encrypt it with SOPS (sops encrypt --encrypted-regex '^(data|stringData)$'), or let an operator fetch it from a vault; base64 hides nothing",
    };
    return [remark];
  });

/** Errors: none (total). */
export const checkSecrets = (object: KubeObject): readonly Remark[] => {
  if (!isSecret(object)) return findTokens(object, []);
  const { data: _data, stringData: _stringData, ...rest } = object;
  return [...findClear(object), ...findTokens(rest, [])];
};
