import { expect, test } from "vitest";
import { parseDockerConfig } from "./docker-config.ts";

const auth = (text: string): string => Buffer.from(text).toString("base64");

test.each([
  [
    "by host",
    { "ghcr.io": { auth: auth("ada:sword:fish") } },
    "oci://ghcr.io/a/b",
    { kind: "basic", username: "ada", password: "sword:fish" },
  ],
  [
    "by a URL as docker writes it",
    { "https://index.docker.io/v1/": { auth: auth("ada:x") } },
    "oci://docker.io/a/b",
    { kind: "basic", username: "ada", password: "x" },
  ],
  [
    "by the longest path",
    { "ghcr.io": { auth: auth("a:1") }, "ghcr.io/team": { auth: auth("b:2") } },
    "oci://ghcr.io/team/b",
    { kind: "basic", username: "b", password: "2" },
  ],
  ["never by half a name", { "ghcr.io/team": { auth: auth("b:2") } }, "oci://ghcr.io/teams/b", undefined],
  [
    "as an identity token",
    { "ghcr.io": { auth: auth("00:"), identitytoken: "t0ken" } },
    "oci://ghcr.io/a",
    { kind: "token", token: "t0ken" },
  ],
  [
    "as user and password",
    { "ghcr.io": { username: "ada", password: "x" } },
    "oci://ghcr.io/a",
    { kind: "basic", username: "ada", password: "x" },
  ],
  ["never for another host", { "ghcr.io": { auth: auth("a:1") } }, "oci://evil.example.com/a", undefined],
] as const)("a credential is found %s", (_, auths, repository, credential) => {
  expect(parseDockerConfig(JSON.stringify({ auths }))(repository)).toEqual(credential);
});

test("a secret that only a helper program knows is told as such, for its host only", () => {
  const find = parseDockerConfig(JSON.stringify({ credHelpers: { "ghcr.io": "pass" } }));
  expect(() => find("oci://ghcr.io/a")).toThrow("docker-credential-pass");
  expect(find("oci://quay.io/a")).toBeUndefined();
});

test("a file that is none is refused without repeating it", () => {
  expect(() => parseDockerConfig("{swordfish")).toThrow("no JSON object");
  expect(() => parseDockerConfig("{swordfish")).not.toThrow("swordfish");
});
