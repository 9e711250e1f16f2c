// The CGI interface of `git http-backend`: headers, an empty line, the body.
import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { closedGitEnvironment } from "./run-git.ts";

interface CgiExchange {
  readonly root: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Lets Git answer; `write` gets each piece of the body. */
export const serveGit = ({ root, request, response }: CgiExchange, write: (chunk: Buffer) => void): void => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn("git", ["http-backend"], {
    env: {
      ...closedGitEnvironment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      HTTP_GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  backend.stdin.on("error", () => undefined);
  request.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  backend.stdout.on("data", (chunk: Buffer) => {
    if (response.headersSent) return write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    writeHead(response, head.subarray(0, end).toString("latin1"));
    write(head.subarray(end + 4));
  });
  backend.once("close", () => response.end());
  response.once("close", () => backend.kill());
};

const writeHead = (response: ServerResponse, head: string): void => {
  const headers = head.split("\r\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const);
  const status = headers.find(([name]) => name.toLowerCase() === "status")?.[1];
  response.writeHead(
    status === undefined ? 200 : Number.parseInt(status, 10),
    Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== "status")),
  );
};
