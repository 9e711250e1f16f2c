import path from "node:path";

/** What a program of the toolbox is for: `render` runs untrusted templates, `eval` policies and expressions, `keys` decrypts. */
export type ToolboxRole = "render" | "eval" | "keys";

export interface ToolboxOptions {
  /** The folder with the built programs, one per role. */
  readonly directory: string;
  readonly role: ToolboxRole;
  /** Processes at most; one is started when it is first needed. */
  readonly size: number;
  /** Time one request may run, without its wait for a free process. Default: 30 s. */
  readonly deadlineMs?: number;
  /** Requests that may wait for a free process; more are refused. Default: 1,000. */
  readonly waitingMax?: number;
  /** Memory one request may take. Default: 512. */
  readonly memoryMaxMib?: number;
  /** Size one result may have. Default: 32. */
  readonly outputMaxMib?: number;
  /** A process is replaced after this many requests. Default: 10,000. */
  readonly requestsMax?: number;
  /** A process that holds more than this after a request is replaced. Default: 256. */
  readonly residentMaxMib?: number;
  /** `best-effort` starts the programs even where the kernel cannot confine them. Default: `required`. */
  readonly confinement?: "required" | "best-effort";
  /** `keys` only: the network and files are allowed, for cloud key services. Default: false. */
  readonly cloud?: boolean;
  /** All that the programs get as environment. Default: `{ TZ: "UTC" }`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How to start one process, and when to end it. */
export interface ProcessPlan {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly inputMaxBytes: number;
  readonly outputMaxBytes: number;
  readonly requestsMax: number;
  readonly residentMaxBytes: number;
}

const mib = 1024 ** 2;
const inputMaxMib = 128;

/** The plan that the options ask for, with the defaults filled in. */
export const planProcess = (options: ToolboxOptions): ProcessPlan => {
  const outputMaxMib = options.outputMaxMib ?? 32;
  return {
    program: path.join(options.directory, options.role),
    args: [
      `--memory-mib=${options.memoryMaxMib ?? 512}`,
      `--output-mib=${outputMaxMib}`,
      `--input-mib=${inputMaxMib}`,
      ...(options.confinement === "best-effort" ? ["--confine-best-effort"] : []),
      ...(options.cloud === true ? ["--cloud"] : []),
    ],
    environment: options.environment ?? { TZ: "UTC" },
    inputMaxBytes: inputMaxMib * mib,
    outputMaxBytes: (outputMaxMib + 1) * mib,
    requestsMax: options.requestsMax ?? 10_000,
    residentMaxBytes: (options.residentMaxMib ?? 256) * mib,
  };
};
