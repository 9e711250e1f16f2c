// An HTTP proxy in front of an API server that fails on demand: the real one answers 429, 410 or silence only when it likes.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** What happens to a request instead of being passed on as it is. */
type Fault =
  | { readonly type: "answer"; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  /** The connection is cut after so many bytes of the answer's body; -1: before the answer, when the server has done its work. */
  | { readonly type: "cut"; readonly afterBytes: number }
  /** The request is taken, and nothing ever comes back. */
  | { readonly type: "silence" };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of `performance.now()`. */
  readonly atMs: number;
}

export interface FlakyProxy {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Asked for each request; `undefined` passes it on. */
  onRequest: (request: SeenRequest) => Fault | undefined;
  /** Cuts every open connection. */
  cutAll(): void;
  /** Refuses connections until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const pass = (
  upstream: { readonly url: string; readonly agent: Agent },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  afterBytes: number | undefined,
): void => {
  let bytes = 0;
  const forwarded = httpsRequest(
    new URL(incoming.url ?? "/", upstream.url),
    { method: incoming.method, headers: incoming.headers, agent: upstream.agent },
    (answer) => {
      if (afterBytes === -1) return void incoming.socket.destroy();
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.on("data", (chunk: Buffer) => {
        const rest = afterBytes === undefined ? chunk.length : afterBytes - bytes;
        bytes += chunk.length;
        outgoing.write(chunk.subarray(0, rest), () => {
          if (rest < chunk.length) incoming.socket.destroy();
        });
      });
      answer.on("end", () => outgoing.end());
      answer.on("error", () => incoming.socket.destroy());
    },
  );
  forwarded.on("error", () => incoming.socket.destroy());
  outgoing.on("close", () => forwarded.destroy());
  incoming.pipe(forwarded);
};

/** The server behind the proxy, and who the proxy is to it: whoever comes through the proxy comes as that one. */
export interface Upstream {
  readonly url: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** A proxy on a free port of 127.0.0.1, plain HTTP, that talks HTTPS to the server behind it without looking at its certificate. */
export const startFlakyProxy = async ({ url, certificate, key }: Upstream): Promise<FlakyProxy> => {
  const agent = new Agent({ rejectUnauthorized: false, keepAlive: true, cert: certificate, key });
  const upstream = { url, agent };
  const sockets = new Set<Socket>();
  const requests: SeenRequest[] = [];

  const server = createServer((incoming, outgoing) => {
    const seen = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, atMs: performance.now() };
    requests.push(seen);
    const fault = proxy.onRequest(seen);
    if (fault?.type === "silence") return;
    if (fault?.type === "answer") {
      incoming.resume();
      outgoing.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      return void outgoing.end(typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body ?? {}));
    }
    pass(upstream, incoming, outgoing, fault?.afterBytes);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  // An address of TCP is an object: only pipes have strings.
  const { port } = server.address() as AddressInfo;

  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: FlakyProxy = {
    url: `http://127.0.0.1:${port}`,
    requests,
    onRequest: () => undefined,
    cutAll,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cutAll();
      await closed;
      agent.destroy();
    },
    start: () => listen(port),
  };
  return proxy;
};
