// A real Git server on the loopback: `git http-backend` behind a few lines of HTTP or HTTPS.
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type GitRepositories, openRepositories } from "./git-repositories.ts";
import { serveGit } from "./http-backend.ts";

/** What happens to a request instead of Git's answer as it is. */
export type GitFault =
  | { readonly type: "answer"; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The connection is cut after so many bytes of the answer's body. */
  | { readonly type: "cut"; readonly afterBytes: number }
  /** The request is taken, and nothing ever comes back. */
  | { readonly type: "silence" };

export interface SeenGitRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Bytes of the answer's body so far. */
  bytesSent: number;
}

export interface GitServerOptions {
  /** Serves HTTPS with this certificate and key, both PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Speaks protocol 0 only, as servers from before 2018 do, and gives out nothing but what a branch or tag points to. Default: false. */
  readonly isOld?: boolean;
}

/** Bare repositories over HTTP, and a work tree each to commit from. */
export interface GitServer extends GitRepositories {
  /** `http://127.0.0.1:PORT`, or `https://`. */
  readonly url: string;
  /** Every request since the start. */
  readonly requests: SeenGitRequest[];
  /** Asked for each request; `undefined` lets Git answer. */
  onRequest: (request: SeenGitRequest) => GitFault | undefined;
  stop(): Promise<void>;
}

/** Serves the repositories of a folder, which it makes where it is missing. */
export const startGitServer = async (directory: string, { tls, isOld = false }: GitServerOptions = {}): Promise<GitServer> => {
  const requests: SeenGitRequest[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const seen: SeenGitRequest = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, bytesSent: 0 };
    requests.push(seen);
    if (isOld) delete request.headers["git-protocol"];
    answer({ directory: repositories.servedFolder, seen, fault: server.onRequest(seen) }, request, response);
  };
  const http = tls === undefined ? createHttpServer(listener) : createHttpsServer({ cert: tls.certificate, key: tls.key }, listener);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const repositories = await openRepositories(directory, url);
  const server: GitServer = {
    ...repositories,
    url,
    requests,
    onRequest: () => undefined,
    stop: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  return server;
};

interface Exchange {
  readonly directory: string;
  readonly seen: SeenGitRequest;
  readonly fault: GitFault | undefined;
}

const answer = ({ directory, seen, fault }: Exchange, request: IncomingMessage, response: ServerResponse): void => {
  if (fault?.type === "silence") return;
  if (fault?.type === "answer") {
    request.resume();
    response.writeHead(fault.status, fault.headers);
    return void response.end(fault.body);
  }
  serveGit({ root: directory, request, response }, (chunk) => {
    const left = fault?.type === "cut" ? fault.afterBytes - seen.bytesSent : chunk.length;
    seen.bytesSent += chunk.length;
    response.write(chunk.subarray(0, Math.max(left, 0)), () => {
      if (left < chunk.length) request.socket.destroy();
    });
  });
};
