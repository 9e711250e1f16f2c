// Connections to one API server, on undici. HTTP/1.1 with one request per connection at a time: see the note at `connect`.
import { Pool, ProxyAgent, type Dispatcher } from "undici";
import type { ClientCertificate, KubeConnection } from "./connection.ts";

interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Longest silence: before the headers, and between two pieces of the body. */
  readonly silenceMs: number;
  /** Takes a connection of its own, outside the bound: a watch. */
  readonly isLong: boolean;
  readonly certificate?: ClientCertificate;
}

export interface Transport {
  /** The answer, its body unread. Rejects with undici's error or the signal's reason. */
  send(request: HttpRequest): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

interface Dispatchers {
  readonly certificate: ClientCertificate | undefined;
  readonly short: Dispatcher;
  readonly long: Dispatcher;
}

const tlsOptions = ({ tls }: KubeConnection, certificate: ClientCertificate | undefined) => ({
  ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  ...(certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key }),
  rejectUnauthorized: !tls.insecure,
});

const connect = (connection: KubeConnection, certificate: ClientCertificate | undefined, connections: number | null): Dispatcher => {
  const common = { connections, pipelining: 1, keepAliveTimeout: 30_000, keepAliveMaxTimeout: 60_000, allowH2: false };
  const tls = tlsOptions(connection, certificate);
  return connection.proxyUrl === undefined
    ? new Pool(connection.server, { ...common, connect: { ...tls, timeout: 10_000 } })
    : new ProxyAgent({ ...common, uri: connection.proxyUrl, requestTls: tls });
};

/** The transport of a connection. `connections` bounds the requests under way; watches come on top. */
export const createTransport = (connection: KubeConnection, connections: number): Transport => {
  const open = (certificate: ClientCertificate | undefined): Dispatchers => ({
    certificate,
    short: connect(connection, certificate, connections),
    long: connect(connection, certificate, null),
  });
  let current = open(connection.tls.clientCertificate);

  /** A new client certificate needs new connections; what is under way on the old ones ends there. */
  const dispatchersFor = (certificate = connection.tls.clientCertificate): Dispatchers => {
    if (certificate?.certificate === current.certificate?.certificate) return current;
    void current.short.close();
    void current.long.close();
    return (current = open(certificate));
  };

  return {
    send: ({ method, path, headers, body, signal, silenceMs, isLong, certificate }) => {
      const { short, long } = dispatchersFor(certificate);
      return (isLong ? long : short).request({
        origin: connection.server,
        method,
        path,
        headers,
        signal,
        body: body ?? null,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
      });
    },
    close: async () => {
      await Promise.all([current.short.destroy(), current.long.destroy()]);
    },
  };
};
