// The server that a registry sends its clients to for a token. It signs what the registry then verifies; no library is needed for one JWT.
// Source: https://distribution.github.io/distribution/spec/auth/jwt
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface TokenServer {
  /** What the registry is configured with under `auth.token`. */
  readonly registryConfiguration: unknown;
  /** How many tokens were asked for, and with which scopes. */
  readonly asked: readonly string[];
  /** An identity token, as a login leaves it. */
  readonly identityToken: string;
  stop(): Promise<void>;
}

interface User {
  readonly username: string;
  readonly password: string;
}

const service = "windlass-testbed";
const keyId = "testbed";

/** `repository:NAME:pull,push` as the token spells it. Source: the `access` claim of the JWT specification */
const toAccess = (scope: string): unknown => {
  const [type, name, actions = ""] = scope.split(":");
  return { type, name, actions: actions.split(",") };
};

/** Starts it. Everybody may pull from `public/…`; else only the user may. */
export const startTokenServer = async (folder: string, user: User): Promise<TokenServer> => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwks = join(folder, "jwks.json");
  await writeFile(jwks, JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: keyId, use: "sig", alg: "ES256" }] }));
  const identityToken = randomUUID();
  const asked: string[] = [];

  const issue = (scopes: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: service,
      sub: user.username,
      aud: service,
      iat: now,
      nbf: now - 10,
      exp: now + 300,
      jti: randomUUID(),
      access: scopes.map(toAccess),
    };
    const signed = [{ typ: "JWT", alg: "ES256", kid: keyId }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `${signed}.${sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  };

  const answer = async (request: IncomingMessage): Promise<string | undefined> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const form = request.method === "POST" ? new URLSearchParams(await readBody(request)) : url.searchParams;
    const scopes = form.getAll("scope");
    asked.push(scopes.join(" "));
    const basic = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
    const isUser = request.headers.authorization === basic || form.get("refresh_token") === identityToken;
    const isPublic = request.headers.authorization === undefined && scopes.every((scope) => /^repository:public\/[^:]+:pull$/.test(scope));
    return isUser || isPublic ? issue(scopes) : undefined;
  };

  const server = createServer((request, response) => {
    void answer(request).then((token) => {
      response.writeHead(token === undefined ? 401 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(token === undefined ? {} : { token, expires_in: 300 }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    registryConfiguration: { realm, issuer: service, service, jwks, signingalgorithms: ["ES256"] },
    asked,
    identityToken,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};
