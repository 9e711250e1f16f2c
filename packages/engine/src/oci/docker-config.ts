// Credentials as `docker login`, `helm registry login` and a Kubernetes image pull secret leave them.
// Source: https://github.com/docker/cli/blob/v28.0.0/cli/config/configfile/file.go
import { type JsonObject, WindlassError, isJsonObject, parseOciReference } from "@windlass/core";
import type { HttpCredential } from "../http/types.ts";

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The host that a key of `auths` stands for; Docker's own is written as a URL. */
const hostOf = (key: string): string => {
  const host = key.replace(/^https?:\/\//, "").split("/", 1)[0] ?? "";
  return host === "index.docker.io" ? "docker.io" : host;
};

const toCredential = (entry: JsonObject): HttpCredential | undefined => {
  if (textOf(entry["identitytoken"]) !== "") return { kind: "token", token: textOf(entry["identitytoken"]) };
  const decoded = Buffer.from(textOf(entry["auth"]), "base64").toString("utf8").replace(/\0+$/, "");
  const colon = decoded.indexOf(":");
  const username = colon < 0 ? textOf(entry["username"]) : decoded.slice(0, colon);
  const password = colon < 0 ? textOf(entry["password"]) : decoded.slice(colon + 1);
  return username === "" && password === "" ? undefined : { kind: "basic", username, password };
};

/** The longest path that begins a repository's name wins, as for Kubernetes. */
const fits = (key: string, host: string, path: string): boolean => {
  const [, ...parts] = key
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "")
    .split("/");
  const prefix = parts.join("/");
  return hostOf(key) === host && (prefix === "" || /^v[12]$/.test(prefix) || path === prefix || path.startsWith(`${prefix}/`));
};

/**
 * What finds the credential of a repository (`oci://host/path`) in the text of a `config.json`.
 *
 * Errors: `invalid` for a text that is no such file, and (when it is asked for) for a host whose secret only a helper program knows.
 */
export const parseDockerConfig = (text: string): ((repository: string) => HttpCredential | undefined) => {
  const config = parseConfig(text);
  const auths = isJsonObject(config["auths"]) ? config["auths"] : {};
  const helpers = isJsonObject(config["credHelpers"]) ? config["credHelpers"] : {};
  return (repository) => {
    const { registry: host, repository: path } = parseOciReference(repository);
    const [key] = Object.keys(auths)
      .filter((one) => fits(one, host, path))
      .toSorted((a, b) => b.length - a.length);
    const entry = key === undefined ? undefined : auths[key];
    const credential = isJsonObject(entry) ? toCredential(entry) : undefined;
    const helper = textOf(helpers[host]) || (key === undefined ? "" : textOf(config["credsStore"]));
    if (credential === undefined && helper !== "") throw needsHelper(host, helper);
    return credential;
  };
};

const parseConfig = (text: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below; the parser's own words may quote a secret.
  }
  throw new WindlassError({
    code: "invalid",
    message: "the file with registry credentials is no JSON object",
    remedy: "give the config.json that docker login has written",
  });
};

const needsHelper = (host: string, helper: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `the credential for ${host} is kept by the program docker-credential-${helper}, which is not asked`,
    remedy: "log in with helm registry login, or give the credential itself",
  });
