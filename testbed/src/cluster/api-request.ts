// The testbed's own, tiny way to the API server: a request, a JSON answer. Everything else talks through the engine's client.

import { Agent, request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { WindlassError } from "@windlass/core";
import type { KeyPair } from "../tls/authority.ts";

/** One request. Resolves to the parsed answer (text where it is not JSON); everything but 2xx is thrown, with `details.status`. */
export type ApiRequest = (method: "GET" | "POST" | "DELETE", path: string, body?: unknown) => Promise<unknown>;

/** Requests by HTTPS with a client certificate. */
export const createHttpsRequest = (server: { readonly url: string; readonly authority: string }, client: KeyPair): ApiRequest => {
  const agent = new Agent({ ca: server.authority, cert: client.certificate, key: client.key });
  return async (method, path, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly body: string }>();
    const headers = { "content-type": "application/json", accept: "application/json" };
    const request = httpsRequest(new URL(path, server.url), { method, agent, headers, timeout: 10_000 }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.on("timeout", () => request.destroy(new Error(`no answer to ${method} ${path} within 10 s`)));
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const answer = await promise;
    if (answer.status >= 300) throw apiError(`${method} ${path}: ${answer.status} ${messageOf(answer.body)}`, answer.status);
    return parse(answer.body);
  };
};

const parse = (body: string): unknown => (body.startsWith("{") ? JSON.parse(body) : body);

const messageOf = (body: string): string => {
  const status = parse(body);
  return typeof status === "object" && status !== null && "message" in status ? String(status.message) : body;
};

const apiError = (message: string, status?: number): WindlassError =>
  new WindlassError({
    code: status === 404 ? "not_found" : status === 409 ? "conflict" : "unavailable",
    message: `The testbed's own request failed: ${message}`,
    remedy: "Look into kube-apiserver.log of the testbed.",
    ...(status === undefined ? {} : { details: { status } }),
  });
