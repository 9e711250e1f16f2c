// A lock between processes. The kernel holds it (SQLite's file lock), so kill -9 frees it at once: no stale lock file, no heartbeat, no guess
// whether a process id is still the same process, and it works for containers that share a volume.
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const sqliteBusy = 5;
const retryMs = 25;

/**
 * What `work` returns, run while no other process and no other call holds the lock of `path`.
 *
 * The file is made where it is missing, and stays. Errors: the signal's reason while waiting, and what `work` throws.
 */
export const withFileLock = async <Result>(path: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    while (!tryLock(lock)) await sleep(retryMs + Math.random() * retryMs, undefined, { signal });
    return await work();
  } finally {
    lock.close();
  }
};

const tryLock = (lock: DatabaseSync): boolean => {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === sqliteBusy) return false;
    throw error;
  }
};
