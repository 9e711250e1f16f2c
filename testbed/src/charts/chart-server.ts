// A chart repository on the loopback: a static file server, which is all that one is, with the ways to misbehave that tests need.
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import type { Authority } from "../tls/authority.ts";

/** What lies under a path: bytes, or an answer by hand. */
export type Served = string | Uint8Array | ((request: IncomingMessage, response: ServerResponse) => void);

export interface SeenFetch {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly status: number;
}

export interface ChartServer {
  /** `http(s)://127.0.0.1:PORT` */
  readonly url: string;
  readonly host: string;
  /** Content by path (`/charts/index.yaml`), to be changed at will. */
  readonly files: Map<string, Served>;
  /** Every request, in order. */
  readonly seen: SeenFetch[];
  stop(): Promise<void>;
}

export interface ChartServerOptions {
  readonly tls?: Authority;
  /** The only `authorization` that is let in. Default: everybody is. */
  readonly authorization?: string;
}

/** Starts it, empty. Answers carry an ETag and heed `if-none-match`. */
export const startChartServer = async ({ tls, authorization }: ChartServerOptions = {}): Promise<ChartServer> => {
  const files = new Map<string, Served>();
  const seen: SeenFetch[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    response.once("close", () => {
      seen.push({ path: request.url ?? "", authorization: request.headers.authorization, status: response.statusCode });
    });
    if (authorization !== undefined && request.headers.authorization !== authorization) return void response.writeHead(401).end();
    answer(files.get(request.url ?? ""), request, response);
  };
  const server =
    tls === undefined
      ? createHttp(listener)
      : createHttps(toServerTls(tls.issue({ usage: "server", subject: { commonName: "charts" }, hosts: ["127.0.0.1"] })), listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host}`,
    host,
    files,
    seen,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const toServerTls = ({ certificate, key }: { readonly certificate: string; readonly key: string }) => ({ cert: certificate, key });

const answer = (served: Served | undefined, request: IncomingMessage, response: ServerResponse): void => {
  if (served === undefined) return void response.writeHead(404).end();
  if (typeof served === "function") return served(request, response);
  const body = Buffer.from(served);
  const etag = `"${body.length}-${body.toString("base64").slice(-24)}"`;
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
  response.writeHead(200, { etag, "content-length": body.length }).end(body);
};
