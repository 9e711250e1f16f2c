// The API server that the tests of the Kubernetes client share, with a namespace for each file.
import { randomBytes } from "node:crypto";
import {
  createKubeClient,
  loadKubeconfig,
  type KubeClient,
  type KubeClientOptions,
  type KubeConnection,
  type WatchEvent,
} from "@windlass/engine";
import { afterAll, beforeAll, inject } from "vitest";

/** What a test file works with; usable inside tests and hooks. */
export interface TestCluster {
  readonly connection: KubeConnection;
  /** As cluster admin. */
  readonly admin: KubeClient;
  readonly namespace: string;
  /** A client that is closed at the end of the file. */
  connect(options?: Partial<KubeClientOptions>): KubeClient;
}

/** The shared cluster, with a fresh namespace that goes at the end of the file. */
export const useTestCluster = (): TestCluster => {
  const namespace = `kube-${randomBytes(4).toString("hex")}`;
  const opened: KubeClient[] = [];
  let connection: KubeConnection | undefined;
  let admin: KubeClient | undefined;
  const ready = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error("The test cluster can be used inside tests and hooks only.");
    return value;
  };
  beforeAll(async () => {
    connection = await loadKubeconfig({ path: process.env.WINDLASS_TEST_KUBECONFIG ?? inject("kubeconfig" as never), env: {} });
    admin = createKubeClient({ config: connection });
    await admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });
  afterAll(async () => {
    await admin?.delete({ group: "", kind: "Namespace", namespace: "", name: namespace });
    await Promise.all([admin, ...opened].map((client) => client?.close()));
  });
  return {
    namespace,
    get connection() {
      return ready(connection);
    },
    get admin() {
      return ready(admin);
    },
    connect: (options = {}) => {
      const client = createKubeClient({ config: ready(connection), ...options });
      opened.push(client);
      return client;
    },
  };
};

/** Collects what a watch yields, until the signal. `until` waits for a condition on all of it, with a deadline. */
export const collect = (events: AsyncIterable<WatchEvent>) => {
  const seen: WatchEvent[] = [];
  let failure: unknown;
  let wake = (): void => undefined;
  const done = (async () => {
    try {
      for await (const event of events) {
        seen.push(event);
        wake();
      }
    } catch (error) {
      failure = error;
      wake();
    }
  })();
  const until = async (condition: (seen: readonly WatchEvent[]) => boolean, timeoutMs = 20_000): Promise<void> => {
    const deadline = Date.now() + timeoutMs;
    while (!condition(seen)) {
      if (failure !== undefined) throw failure;
      const remainingMs = deadline - Date.now();
      if (remainingMs <= 0) throw new Error(`Not seen in time; seen so far: ${seen.map(({ type }) => type).join(" ")}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, remainingMs);
      wake = resolve;
      await promise;
      clearTimeout(timer);
    }
  };
  return { seen, until, done, failure: () => failure };
};

/** The error that a call ends with. */
export const failureOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("It was expected to fail, and did not.");
};
