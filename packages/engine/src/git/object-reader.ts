// Objects out of a mirror through one `git cat-file --batch-command` that stays up; each is checked against its own name.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { hashObject, WindlassError, type GitObject, type GitObjectType, type ObjectFormat } from "@windlass/core";
import { gitHash } from "./git-hash.ts";

interface ObjectHead {
  readonly type: GitObjectType;
  readonly size: number;
}

/** Reads objects by their full name. Requests may overlap; they are answered in order. */
export interface ObjectReader {
  /** Type and size, or `undefined` when the mirror does not have it. */
  findHead(hash: string): Promise<ObjectHead | undefined>;
  /** The object, or `undefined`. Errors: `internal` with `details.corrupt` when the bytes are not what the name says. */
  find(hash: string): Promise<GitObject | undefined>;
  close(): void;
}

export interface ReaderPlace {
  /** An empty repository of the same format: no remote stands in its configuration, so Git cannot fetch a missing object behind our back. */
  readonly gitDir: string;
  /** The mirror's objects. */
  readonly objectFolder: string;
  readonly format: ObjectFormat;
  readonly env: Readonly<Record<string, string>>;
  /** So long without a request, and the process ends; the next request starts it anew. Default: 30 s. */
  readonly idleMs?: number;
}

const idleMsDefault = 30_000;

interface Request {
  readonly hash: string;
  readonly wantsContent: boolean;
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Answer {
  readonly head: ObjectHead;
  readonly content: Buffer;
}

/** A reader of the objects at `place`. Its process starts with the first request, and anew after it ended. */
export const createObjectReader = (place: ReaderPlace): ObjectReader => {
  let batch: Batch | undefined;
  const ask = (hash: string, wantsContent: boolean): Promise<Answer | undefined> =>
    new Promise((resolve, reject) => {
      batch = batch?.isOpen() === true ? batch : new Batch(place);
      batch.ask({ hash, wantsContent, resolve, reject });
    });
  return {
    findHead: async (hash) => (await ask(hash, false))?.head,
    find: async (hash) => {
      const answer = await ask(hash, true);
      if (answer === undefined) return undefined;
      const object: GitObject = { type: answer.head.type, content: answer.content };
      if (hashObject(object, place.format, gitHash) === hash) return object;
      throw corrupt(`object ${hash} of the mirror is not what its name says`);
    },
    close: () => {
      batch?.close();
    },
  };
};

/** One process, its open requests, and the part of its output that has not been used up. */
class Batch {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #open: Request[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  #needed = 0;
  #isOpen = true;
  readonly #idleMs: number;
  #idle: NodeJS.Timeout | undefined;

  constructor(place: ReaderPlace) {
    this.#idleMs = place.idleMs ?? idleMsDefault;
    this.#child = spawn("git", [`--git-dir=${place.gitDir}`, "cat-file", "--batch-command"], {
      env: { ...place.env, GIT_OBJECT_DIRECTORY: place.objectFolder },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stdout.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    let words = "";
    this.#child.stderr.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-4096)));
    this.#child.stdin.on("error", () => {});
    this.#child.once("error", (cause) => {
      this.#end(
        new WindlassError(
          { code: "unavailable", message: `cannot run git: ${cause.message}`, remedy: "install git 2.36 or newer where Windlass runs" },
          { cause },
        ),
      );
    });
    this.#child.once("close", () => {
      this.#end(corrupt(`reading the mirror ended early: ${words.trim()}`));
    });
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  ask(request: Request): void {
    clearTimeout(this.#idle);
    this.#open.push(request);
    this.#child.stdin.write(`${request.wantsContent ? "contents" : "info"} ${request.hash}\n`);
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#isOpen = false;
    this.#child.kill("SIGKILL");
  }

  #end(error: WindlassError): void {
    this.#isOpen = false;
    for (const request of this.#open.splice(0)) request.reject(error);
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // A large object comes in thousands of chunks: they are joined once it is whole, not with each of them.
    while (this.#length > 0 && this.#length >= this.#needed && this.#answerNext());
  }

  /** Answers the oldest request if its answer is here; else says how many bytes it needs. */
  #answerNext(): boolean {
    const output = this.#chunks.length === 1 && this.#chunks[0] !== undefined ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [output];
    const lineEnd = output.indexOf(0x0a);
    const request = this.#open[0];
    if (lineEnd < 0 || request === undefined) return false;
    const [hash, type, size] = output.subarray(0, lineEnd).toString("latin1").split(" ");
    if (type === "missing" || hash !== request.hash) return this.#answer(request, output.subarray(lineEnd + 1), undefined);
    const head: ObjectHead = { type: type as GitObjectType, size: Number(size) };
    if (!request.wantsContent) return this.#answer(request, output.subarray(lineEnd + 1), { head, content: Buffer.alloc(0) });
    const end = lineEnd + 1 + head.size + 1;
    this.#needed = end;
    if (output.length < end) return false;
    return this.#answer(request, output.subarray(end), { head, content: Buffer.from(output.subarray(lineEnd + 1, end - 1)) });
  }

  #answer(request: Request, rest: Buffer, answer: Answer | undefined): boolean {
    this.#open.shift();
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
    this.#needed = 0;
    request.resolve(answer);
    // A thousand repositories that nobody reads now must not cost a thousand processes.
    if (this.#open.length === 0) this.#idle = setTimeout(() => this.close(), this.#idleMs).unref();
    return true;
  }
}

const corrupt = (message: string): WindlassError =>
  new WindlassError({
    code: "internal",
    message,
    remedy: "nothing: the mirror is made anew by itself, and the fetch repeated",
    details: { corrupt: true },
  });
