import { expect, test } from "vitest";
import type { KubeObject } from "../object/object.ts";
import { assessHealth } from "./assess.ts";
import { collectEvidence, explainHealth } from "./explain.ts";
import { degraded, healthy, progressing } from "./verdict.ts";

const object = (kind: string, name: string, owner = "", rest: object = {}): KubeObject => ({
  apiVersion: kind === "Pod" || kind === "Event" ? "v1" : "apps/v1",
  kind,
  ...rest,
  metadata: {
    name,
    namespace: "shop",
    uid: `uid-${name}`,
    ...(owner === "" ? {} : { ownerReferences: [{ apiVersion: "apps/v1", kind: "X", name: owner, uid: `uid-${owner}` }] }),
  },
});

const warning = (kind: string, name: string, { reason, message, time }: { reason: string; message: string; time: string }): KubeObject =>
  object("Event", `${name}.${time}`, "", { type: "Warning", reason, message, lastTimestamp: time, involvedObject: { kind, name } });

const crashing = object("Pod", "api-7d-b", "api-7d", {
  status: {
    phase: "Running",
    containerStatuses: [
      { name: "proxy", ready: true, state: { running: {} } },
      {
        name: "app",
        ready: false,
        restartCount: 4,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 1m" } },
        lastState: { terminated: { exitCode: 1, reason: "Error" } },
      },
    ],
  },
});
const running = object("Pod", "api-7d-a", "api-7d", { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } });
const deployment = object("Deployment", "api", "", {
  spec: { replicas: 2 },
  status: { replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
});
const replicaSet = object("ReplicaSet", "api-7d", "api");
const old = warning("Pod", "api-7d-b", { reason: "Failed", message: "old news", time: "2026-01-01T00:00:00Z" });
const latest = warning("Pod", "api-7d-b", {
  reason: "BackOff",
  message: "Back-off restarting failed container",
  time: "2026-01-02T00:00:00Z",
});
const elsewhere = warning("Pod", "other", { reason: "Failed", message: "not ours", time: "2026-01-03T00:00:00Z" });

test("a Deployment that waits says which Pod, which container, which event and which last log line", () => {
  const evidence = collectEvidence([deployment, replicaSet, running, crashing, old, latest, elsewhere])(deployment);
  const logLines = new Map([["api-7d-b/app", "panic: no database\n"]]);
  expect(explainHealth(assessHealth(deployment), { ...evidence, logLines })).toEqual({
    status: "Progressing",
    message:
      "1 of 2 Pods available. Pod api-7d-b: Container app waits: CrashLoopBackOff: back-off 1m; it last ended with exit code 1, after 4 restarts; " +
      "event on Pod api-7d-b: BackOff: Back-off restarting failed container; last log line: panic: no database",
  });
});

test("where there is no Pod, the event on what should make it tells why", () => {
  const denied = warning("ReplicaSet", "api-7d", { reason: "FailedCreate", message: "exceeded quota", time: "2026-01-01T00:00:00Z" });
  const evidence = collectEvidence([deployment, replicaSet, denied])(deployment);
  expect(explainHealth(progressing("0 of 2 Pods updated"), evidence).message).toBe(
    "0 of 2 Pods updated. event on ReplicaSet api-7d: FailedCreate: exceeded quota",
  );
});

test("a verdict that is well is not explained, and one without evidence stays as it is", () => {
  expect(explainHealth(healthy("fine"), { pods: [crashing], events: [latest] })).toEqual(healthy("fine"));
  expect(explainHealth(degraded("bad"), { pods: [running], events: [] })).toEqual(degraded("bad"));
});

test("a log line is cut, since a program may print anything", () => {
  const logLines = new Map([["api-7d-b/app", "x".repeat(5_000)]]);
  expect(explainHealth(degraded("bad"), { pods: [crashing], events: [], logLines }).message.length).toBeLessThan(500);
});

test("an owner without a uid owns nobody", () => {
  const bare: KubeObject = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "a" } };
  const stray = { ...crashing, metadata: { name: "b", ownerReferences: [{ apiVersion: "v1", kind: "X", name: "a", uid: "" }] } };
  expect(collectEvidence([bare, stray])(bare).pods).toEqual([]);
});

test("owners that own each other are no endless walk", () => {
  const [a, b] = [object("ReplicaSet", "a", "b"), object("ReplicaSet", "b", "a")];
  expect(collectEvidence([a, b])(a).pods).toEqual([]);
});
