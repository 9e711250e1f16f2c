// A testbed: one keeper, one etcd, and the clusters that share it.
import { mkdir, mkdtemp } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBinaries } from "./binaries/ensure-binaries.ts";
import { type Component, startComponent } from "./cluster/component.ts";
import { etcdArgs, etcdSocketIn } from "./cluster/control-plane.ts";
import { type Cluster, type ClusterOptions, startClusterIn } from "./cluster/start-cluster.ts";
import { type Keeper, startKeeper } from "./keeper/start-keeper.ts";

/** How a testbed ends. */
export interface StopOptions {
  /** Leave the directory with its logs. Default: false. */
  readonly keepLogs?: boolean;
}

/** A place for clusters that share one etcd and end together. */
export interface Testbed {
  /** Everything on disk, removed at the end. */
  readonly directory: string;
  readonly etcd: Component;
  /** The parent of all processes; see `Keeper`. */
  readonly keeper: Keeper;
  startCluster(options: ClusterOptions): Promise<Cluster>;
  /** Ends everything and removes the directory. More than once does no harm. */
  stop(options?: StopOptions): Promise<void>;
}

/**
 * A testbed without a cluster yet; builds the binaries first where that was never done.
 *
 * Nothing of it outlives this process, not even after `kill -9`, unless its keeper is detached.
 * Errors: those of `ensureBinaries`; `unavailable` and `timeout` when etcd does not start.
 */
export const startTestbed = async (): Promise<Testbed> => {
  const binaries = await ensureBinaries();
  const directory = await mkdtemp(join(tmpdir(), "windlass-testbed-"));
  const keeper = await startKeeper(directory);
  const stop = ({ keepLogs = false }: StopOptions = {}): Promise<void> => keeper.stop({ keepDirectory: keepLogs });
  return stopOnFailure(stop, directory, async () => {
    const etcd = await startEtcd(keeper, binaries.etcd, join(directory, "etcd"));
    const surroundings = { keeper, binaries, directory, etcdSocket: etcdSocketIn(join(directory, "etcd")) };
    return { directory, etcd, keeper, stop, startCluster: (options) => startClusterIn(surroundings, options) };
  });
};

/** A cluster in a testbed of its own, which ends with it. Errors: as `startTestbed`. */
export const startCluster = async (options: ClusterOptions = {}): Promise<Cluster & { stop(options?: StopOptions): Promise<void> }> => {
  const testbed = await startTestbed();
  const cluster = await stopOnFailure(testbed.stop, testbed.directory, () => testbed.startCluster(options));
  return { ...cluster, stop: testbed.stop };
};

/** What did not start is ended, but its logs are kept and their place is told. */
const stopOnFailure = async <T>(stop: (options: StopOptions) => Promise<void>, directory: string, start: () => Promise<T>): Promise<T> => {
  try {
    return await start();
  } catch (error) {
    await stop({ keepLogs: true });
    process.stderr.write(`The testbed did not start; its logs are kept in ${directory}\n`);
    throw error;
  }
};

const startEtcd = async (keeper: Keeper, command: string, directory: string): Promise<Component> => {
  await mkdir(directory, { mode: 0o700 });
  const isReady = async (): Promise<boolean> => {
    const socket = connect(etcdSocketIn(directory));
    await once(socket, "connect").finally(() => socket.destroy());
    return true;
  };
  return startComponent(keeper, { name: "etcd", command, args: etcdArgs(directory), logsDirectory: directory, isReady });
};
