// The main job on a real API server: two applications out of Git, kept as Git says whatever happens to them.
//
//   npm run demo                    stays running, for you to play with (Ctrl-C ends it and removes everything)
//   npm run demo -- --exit          ends by itself
//   npm run demo -- --kubeconfig FILE [--context NAME]   on a cluster of yours (objects stay there)
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { defaultRules } from "@windlass/core";
import {
  type GitRepository,
  Keeper,
  type KubeClient,
  type SyncResult,
  type SyncTrigger,
  createKubeClient,
  loadFiles,
  loadKubeconfig,
  openRepository,
} from "@windlass/engine";
import { type Cluster, startCluster, startGitServer } from "@windlass/testbed";

const { values } = parseArgs({
  options: { exit: { type: "boolean", default: false }, kubeconfig: { type: "string" }, context: { type: "string" } },
});
/** Folder in the repository, and the namespace it is for. */
const placements = { webshop: "shop", notes: "notes" } as const;
const started = performance.now();
const say = (text: string): void =>
  void process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);

const readApps = async (): Promise<Readonly<Record<string, string>>> => {
  const root = fileURLToPath(new URL("./apps", import.meta.url));
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && /\.ya?ml$/.test(entry.name),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path.slice(root.length + 1), await readFile(path, "utf8")] as const)),
  );
};

/** Resolves with the next sync of a placement that `fits`. Fails after a minute. */
class Syncs {
  readonly #waiting = new Set<(result: SyncResult, trigger: SyncTrigger) => void>();

  see(result: SyncResult, trigger: SyncTrigger): void {
    for (const waiting of this.#waiting) waiting(result, trigger);
  }

  next(fits: (result: SyncResult, trigger: SyncTrigger) => boolean): Promise<SyncResult> {
    const { promise, resolve, reject } = Promise.withResolvers<SyncResult>();
    const timer = setTimeout(() => reject(new Error("nothing was synced within a minute")), 60_000);
    const waiting = (result: SyncResult, trigger: SyncTrigger): void => {
      if (!fits(result, trigger)) return;
      clearTimeout(timer);
      this.#waiting.delete(waiting);
      resolve(result);
    };
    this.#waiting.add(waiting);
    return promise;
  }
}

const describe = (result: SyncResult): string => {
  const changed = result.results.filter(({ outcome }) => outcome !== "unchanged");
  const counts = Map.groupBy(changed, ({ outcome }) => outcome);
  const text = [...counts].map(([outcome, items]) => `${items.length} ${outcome}`).join(", ");
  return `${result.placement.name} ${result.outcome} in ${result.durationMs} ms: ${text === "" ? "nothing to do" : text}`;
};

const explainFailures = (result: SyncResult): void => {
  for (const { ref, error } of result.results) if (error) say(`  ${ref.kind}/${ref.name}: ${error.message}`);
  for (const error of result.errors) say(`  ${error.message}`);
};

const keepFromGit = async (keeper: Keeper, repository: GitRepository): Promise<void> => {
  const { commit, revision } = await repository.fetchRevision("main");
  for (const [name, namespace] of Object.entries(placements)) {
    const { files } = await repository.readTree(commit, name);
    const { objects } = await loadFiles(files);
    await keeper.keep({ placement: { name, namespace }, revision, objects, rules: defaultRules, timeoutMs: 120_000 });
  }
};

/** Asks Git every half second, and hands over what is new. */
const follow = async (keeper: Keeper, repository: GitRepository, signal: AbortSignal): Promise<void> => {
  let known = "";
  while (!signal.aborted) {
    const { commit } = await repository.resolveRef({ kind: "branch", name: "main" });
    if (commit !== known) await keepFromGit(keeper, repository);
    known = commit;
    await new Promise<void>((resolve) => void setTimeout(resolve, 500));
  }
};

const tellTime = async (what: string, act: () => Promise<unknown>, repaired: Promise<SyncResult>): Promise<void> => {
  say(what);
  const start = performance.now();
  await act();
  const result = await repaired;
  say(`  put right after ${(performance.now() - start).toFixed(0)} ms (${describe(result)})`);
  if (result.outcome === "failed") explainFailures(result);
};

const story = async (
  kube: KubeClient,
  syncs: Syncs,
  commit: (files: Readonly<Record<string, string>>, message: string) => Promise<string>,
  apps: Readonly<Record<string, string>>,
): Promise<void> => {
  const of = (name: string, wanted: SyncTrigger) => syncs.next(({ placement }, trigger) => placement.name === name && trigger === wanted);
  const deployment = { group: "apps", kind: "Deployment", namespace: "notes", name: "notes" };
  const [path = "", text = ""] =
    Object.entries(apps).find(([file, content]) => file.startsWith("notes/") && /^  replicas: \d+$/m.test(content)) ?? [];
  await tellTime(
    "a commit is pushed: notes shall run 3 replicas",
    () => commit({ [path]: text.replace(/^  replicas: \d+$/m, "  replicas: 3") }, "Run three replicas"),
    of("notes", "revision"),
  );
  await tellTime("somebody deletes the Deployment notes by hand", () => kube.delete(deployment), of("notes", "drift"));
  await tellTime(
    "somebody scales it to 7 by hand",
    () => kube.patch(deployment, { type: "merge", body: { spec: { replicas: 7 } } }, { fieldManager: "kubectl-edit" }),
    of("notes", "drift"),
  );
};

const openCluster = async (): Promise<{ readonly path: string; readonly own: (Cluster & { stop(): Promise<void> }) | undefined }> => {
  if (values.kubeconfig !== undefined) return { path: values.kubeconfig, own: undefined };
  say("starting a Kubernetes control plane (etcd, API server, controllers, a fake node)");
  const own = await startCluster({ name: "demo" });
  say(`it is ready: export KUBECONFIG=${own.kubeconfigPath}`);
  return { path: own.kubeconfigPath, own };
};

const main = async (): Promise<void> => {
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());
  const directory = await mkdtemp(join(tmpdir(), "windlass-demo-"));
  const { path, own } = await openCluster();
  const kube = createKubeClient({
    config: await loadKubeconfig({ path, env: {}, ...(values.context === undefined ? {} : { context: values.context }) }),
  });
  const git = await startGitServer(directory);
  const syncs = new Syncs();
  const keeper = new Keeper({
    kube,
    now: Date.now,
    newId: () => randomUUID().replaceAll("-", "").slice(0, 10),
    random: Math.random,
    workers: 8,
    onSync: (result, trigger) => {
      say(`${describe(result)} [${trigger}]`);
      explainFailures(result);
      syncs.see(result, trigger);
    },
    onError: (placement, error) => say(`${placement.name}: ${error instanceof Error ? error.message : String(error)}`),
  });
  const url = await git.createRepository("shop");
  const repository = openRepository({ url, cacheFolder: join(directory, "mirror"), allow: ["http"] });
  const apps = await readApps();
  await git.commit("shop", apps, "The shop and its notes");
  say(`Git is served at ${url}`);
  const first = Promise.all(Object.keys(placements).map((name) => syncs.next(({ placement }) => placement.name === name)));
  const following = follow(keeper, repository, ended.signal).catch((error: unknown) => say(`Git: ${String(error)}`));
  try {
    const results = await first;
    await story(kube, syncs, (files, message) => git.commit("shop", files, message), apps);
    if (results.some(({ outcome }) => outcome !== "succeeded")) process.exitCode = 1;
    say("everything is as Git says");
    if (!values.exit) {
      say(`play: kubectl -n notes delete deploy notes, or push to ${url}; Ctrl-C ends the demo`);
      if (!ended.signal.aborted)
        await new Promise<void>((resolve) => ended.signal.addEventListener("abort", () => resolve(), { once: true }));
    }
  } finally {
    ended.abort();
    await following;
    await keeper.close();
    repository.close();
    await git.stop();
    await kube.close();
    await own?.stop();
    await rm(directory, { recursive: true, force: true });
  }
};

await main();
