// Requests to servers that are not ours: bounded in time and size, followed over redirects by clear rules, with a credential for one origin only.
import { createHash } from "node:crypto";
import { promises as dns, lookup } from "node:dns";
import { type LookupFunction, isIP } from "node:net";
import { getCACertificates } from "node:tls";
import { WindlassError } from "@windlass/core";
import { Agent, type Dispatcher } from "undici";
import { timedOut, toHttpError } from "./http-error.ts";
import { followRedirect, isPrivateAddress, privateTarget, redirectsMax } from "./redirect.ts";
import type { HttpSettings } from "./types.ts";

export interface HttpRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  /** The repository that `url` was told by: where that is not in a private network, `url` must not be either. Default: `url` itself. */
  readonly repository?: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** The `authorization` header, for the origin of `url` only. */
  readonly authorization?: string;
  readonly body?: Uint8Array | string;
  /** The longest body that is taken. */
  readonly bytesMax: number;
  /** How messages call what is asked for. */
  readonly subject: string;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** `sha256:…` of the body, taken while it arrived. */
  readonly digest: string;
  /** Where the answer came from in the end. */
  readonly url: URL;
}

export interface HttpClient {
  /**
   * The answer, whatever its status.
   *
   * Errors: `invalid` (a plain http URL, a redirect against the rules, a body beyond `bytesMax`), `unavailable`, `timeout`; the signal's reason.
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const timeoutMsDefault = 60_000;

/** Looks names up and lets no private address through, at the moment of connecting: a check before would say nothing about the connection. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const isPrivate = error === null && addresses.some(({ address }) => isPrivateAddress(address));
    const fault = isPrivate ? Object.assign(new Error("private address"), { code: "EPRIVATE" }) : error;
    if (fault !== null) callback(fault, "", 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? "", addresses[0]?.family ?? 0);
  });
};

const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "");

const isPrivateHost = async (url: URL): Promise<boolean> => {
  const host = bareHost(url);
  const addresses = isIP(host) > 0 ? [{ address: host }] : await dns.lookup(host, { all: true });
  return addresses.some(({ address }) => isPrivateAddress(address));
};

/** The client. It keeps connections open until `close`. */
export const createHttpClient = (settings: HttpSettings = {}): HttpClient => {
  const { certificateAuthority, plainHttpHosts = [], timeoutMs = timeoutMsDefault } = settings;
  // Beside the machine's own: a private registry may well keep its blobs with a public host.
  const tls = certificateAuthority === undefined ? {} : { ca: [...getCACertificates("default"), certificateAuthority] };
  const options = { connections: 8, pipelining: 1, keepAliveTimeout: 10_000, allowH2: false } as const;
  const anywhere = new Agent({ ...options, connect: { ...tls, timeout: 10_000 } });
  const publicOnly = new Agent({ ...options, connect: { ...tls, timeout: 10_000, lookup: lookupPublic } });

  /** Another host is reached from a public repository only where everybody reaches it. */
  const dispatcherFor = async (repository: URL, to: URL, subject: string): Promise<Dispatcher> => {
    if (to.origin === repository.origin || (await isPrivateHost(repository))) return anywhere;
    const host = bareHost(to);
    if (isIP(host) > 0 && isPrivateAddress(host)) throw privateTarget(subject, to.host);
    return publicOnly;
  };

  const exchange = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const { method = "GET", subject } = request;
    let { url } = request;
    refusePlainHttp(url, plainHttpHosts, subject);
    for (let redirects = 0; redirects <= redirectsMax; redirects++) {
      const dispatcher = await dispatcherFor(request.repository ?? request.url, url, subject);
      const answer = await send(dispatcher, { request, url, signal });
      if (![301, 302, 303, 307, 308].includes(answer.status) || (method !== "GET" && method !== "HEAD")) return answer;
      url = followRedirect({ from: url, location: answer.headers["location"], plainHttpHosts, subject });
    }
    throw new WindlassError({
      code: "invalid",
      message: `${subject}: it redirects more than ${redirectsMax} times`,
      remedy: "check the address; it seems to lead in a circle",
    });
  };

  return {
    request: async (request) => {
      request.signal?.throwIfAborted();
      const deadline = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([deadline, ...(request.signal === undefined ? [] : [request.signal])]);
      try {
        return await exchange(request, signal);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (deadline.aborted) throw timedOut(request.subject, timeoutMs);
        if (error instanceof Error && "code" in error && error.code === "EPRIVATE") throw privateTarget(request.subject, "another host");
        throw toHttpError(error, request.subject);
      }
    },
    close: async () => {
      await Promise.all([anywhere.destroy(), publicOnly.destroy()]);
    },
  };
};

const refusePlainHttp = ({ protocol, host }: URL, plainHttpHosts: readonly string[], subject: string): void => {
  if (protocol === "https:" || (protocol === "http:" && plainHttpHosts.includes(host))) return;
  throw new WindlassError({
    code: "invalid",
    message: `${subject}: ${protocol}//${host} is not spoken to without TLS`,
    remedy: "use https, or name the host as one that is reached by plain http",
  });
};

interface Sending {
  readonly request: HttpRequest;
  readonly url: URL;
  readonly signal: AbortSignal;
}

const send = async (dispatcher: Dispatcher, { request, url, signal }: Sending): Promise<HttpAnswer> => {
  const { method = "GET", headers = {}, authorization, body, bytesMax, subject } = request;
  const own = authorization !== undefined && url.origin === request.url.origin ? { authorization } : {};
  const answer = await dispatcher.request({
    origin: url.origin,
    method,
    path: url.pathname + url.search,
    headers: { "user-agent": "windlass", "accept-encoding": "identity", ...headers, ...own },
    body: body ?? null,
    signal,
  });
  // Ending early is no error of anybody's; without a listener it would end the process.
  answer.body.on("error", () => undefined);
  const declared = Number(answer.headers["content-length"] ?? 0);
  if (method !== "HEAD" && declared > bytesMax) {
    answer.body.destroy();
    throw tooLarge(subject, bytesMax);
  }
  const chunks: Buffer[] = [];
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > bytesMax) throw tooLarge(subject, bytesMax);
    hash.update(chunk);
    chunks.push(chunk);
  }
  return {
    status: answer.statusCode,
    headers: flatten(answer.headers),
    body: Buffer.concat(chunks),
    digest: `sha256:${hash.digest("hex")}`,
    url,
  };
};

const flatten = (headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );

const tooLarge = (subject: string, bytesMax: number): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${subject} is larger than ${bytesMax} bytes`,
    remedy: "raise the limit if that is meant, or look at what the server sends",
    details: { bytesMax },
  });
