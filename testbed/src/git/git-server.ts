// A real Git server on the loopback: `git http-backend` behind a few lines of HTTP.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Bare repositories over HTTP, and a work tree each to commit from. */
export interface GitServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A new, empty repository; its URL. */
  createRepository(name: string): Promise<string>;
  /** Commits and pushes: content by path, `null` deletes. The commit's hash. */
  commit(repository: string, files: Readonly<Record<string, string | null>>, message: string): Promise<string>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const identity = {
  GIT_AUTHOR_NAME: "Demo",
  GIT_AUTHOR_EMAIL: "demo@example.com",
  GIT_COMMITTER_NAME: "Demo",
  GIT_COMMITTER_EMAIL: "demo@example.com",
};
const closed = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", ...identity };
const git = async (directory: string, ...args: readonly string[]): Promise<string> =>
  (await run("git", ["-C", directory, ...args], { env: closed })).stdout.trim();

/** The CGI interface of `git http-backend`: headers, an empty line, the body. */
const serve = (root: string, request: IncomingMessage, response: ServerResponse): void => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn("git", ["http-backend"], {
    env: {
      ...closed,
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
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const headers = head
      .subarray(0, end)
      .toString("latin1")
      .split("\r\n")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const);
    const status = headers.find(([name]) => name.toLowerCase() === "status")?.[1];
    response.writeHead(
      status === undefined ? 200 : Number.parseInt(status, 10),
      Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== "status")),
    );
    response.write(head.subarray(end + 4));
  });
  backend.once("close", () => response.end());
  response.once("close", () => backend.kill());
};

/** Serves the repositories of a folder, which it makes where it is missing. */
export const startGitServer = async (directory: string): Promise<GitServer> => {
  const bare = join(directory, "served");
  const trees = join(directory, "work");
  await mkdir(bare, { recursive: true });
  const server = createServer((request, response) => serve(bare, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    createRepository: async (name) => {
      await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", join(bare, `${name}.git`)], { env: closed });
      await run("git", ["init", "--quiet", "--initial-branch=main", join(trees, name)], { env: closed });
      return `${url}/${name}.git`;
    },
    commit: async (name, files, message) => {
      const tree = join(trees, name);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(tree, path)), { recursive: true });
        await (content === null ? rm(join(tree, path)) : writeFile(join(tree, path), content));
      }
      await git(tree, "add", "--all");
      await git(tree, "commit", "--quiet", "--message", message);
      await git(tree, "push", "--quiet", join(bare, `${name}.git`), "main");
      return git(tree, "rev-parse", "HEAD");
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
