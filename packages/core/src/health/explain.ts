// The reason underneath: a workload that is not well has a Pod that is not well, and that one has a container, an event and a last log line.
import { groupOf, type KubeObject } from "../object/object.ts";
import { at, isTrueAt, listAt, numberAt, textAt } from "./read.ts";
import { assessPod } from "./rules/pod.ts";
import { type Health, isWorseHealth } from "./verdict.ts";

/** What is known around a workload. All of it may be incomplete: what is missing is left out of the sentence. */
export interface Evidence {
  /** The Pods that belong to it. */
  readonly pods: readonly KubeObject[];
  /** Events about it, about what it owns, and about its Pods, in any order. */
  readonly events: readonly KubeObject[];
  /** The last line that a container wrote, by `POD/CONTAINER`. It may hold anything the program prints: show it only to who may read its logs. */
  readonly logLines?: ReadonlyMap<string, string>;
}

const logLineMax = 200;

const isUnwell = ({ status }: Health): boolean => status === "Degraded" || status === "Progressing" || status === "Unknown";

/** The Pod that does worst, by its own verdict; the first of several. */
const findWorstPod = (pods: readonly KubeObject[]): { readonly pod: KubeObject; readonly health: Health } | undefined => {
  let worst: { readonly pod: KubeObject; readonly health: Health } | undefined;
  for (const pod of pods) {
    const health = assessPod(pod);
    if (health && isUnwell(health) && (!worst || isWorseHealth(health.status, worst.health.status))) worst = { pod, health };
  }
  return worst;
};

/** The container to look at: one that waits for something else than its turn, else one that ended badly, else one that is not ready. */
const findContainer = (pod: KubeObject): string => {
  const all = ["initContainerStatuses", "containerStatuses"].flatMap((list) => listAt(pod, "status", list));
  const found =
    all.find((container) => !/^(?:|PodInitializing|ContainerCreating)$/.test(textAt(container, "state", "waiting", "reason"))) ??
    all.find((container) => (numberAt(container, "state", "terminated", "exitCode") ?? 0) !== 0) ??
    all.find((container) => at(container, "state", "terminated") === undefined && !isTrueAt(container, "ready"));
  return textAt(found, "name");
};

const timeOf = (event: unknown): string =>
  textAt(event, "series", "lastObservedTime") ||
  textAt(event, "lastTimestamp") ||
  textAt(event, "eventTime") ||
  textAt(event, "deprecatedLastTimestamp");

/** What an event is about: `involvedObject` in core/v1, `regarding` in events.k8s.io. */
const subjectOf = (event: unknown): { readonly kind: string; readonly name: string } => {
  const subject = at(event, "involvedObject") ?? at(event, "regarding");
  return { kind: textAt(subject, "kind"), name: textAt(subject, "name") };
};

/** The latest warning, of those about `name` where it is given. RFC 3339 in UTC sorts as text. */
const findWarning = (events: readonly KubeObject[], name?: string): KubeObject | undefined =>
  events
    .filter((event) => textAt(event, "type") === "Warning" && (name === undefined || subjectOf(event).name === name))
    .toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))[0];

/** An event as a text; "" where there is none, and where the sentence before it says the same. */
const formatEvent = (event: KubeObject | undefined, said: string): string => {
  if (!event) return "";
  const text = (textAt(event, "message") || textAt(event, "note")).replace(/^\(combined from similar events\): /, "").trim();
  if (text !== "" && said.includes(text)) return "";
  const { kind, name } = subjectOf(event);
  return `event on ${kind} ${name}: ${[textAt(event, "reason"), text].filter((part) => part !== "").join(": ")}`;
};

/** What was said about a Pod before it had a node is of no interest once it has one, or has run. */
const isOvercome = (event: unknown, pod: KubeObject): boolean =>
  textAt(event, "reason") === "FailedScheduling" &&
  (textAt(pod, "spec", "nodeName") !== "" || !["", "Pending"].includes(textAt(pod, "status", "phase")));

const formatPod = (name: string, container: string, message: string): string =>
  container === "" || message.includes(`Container ${container} `)
    ? `Pod ${name}: ${message}`
    : `Pod ${name}, container ${container}: ${message}`;

/**
 * The verdict on a workload, with the reason that its Pods give. A verdict that is well, and one without evidence, stays as it is.
 *
 * Shape: `SENTENCE. Pod NAME[, container NAME]: WHY; event on KIND NAME: REASON: TEXT; last log line: TEXT`.
 * Errors: none (total).
 */
export const explainHealth = (health: Health, { pods, events, logLines }: Evidence): Health => {
  if (!isUnwell(health)) return health;
  const worst = findWorstPod(pods);
  const podName = worst?.pod.metadata.name ?? "";
  const container = worst ? findContainer(worst.pod) : "";
  const line = logLines?.get(`${podName}/${container}`)?.trim().slice(0, logLineMax) ?? "";
  const said = worst ? formatPod(podName, container, worst.health.message) : "";
  const warning = worst
    ? findWarning(
        events.filter((event) => !isOvercome(event, worst.pod)),
        podName,
      )
    : findWarning(events);
  const reasons = [said, formatEvent(warning, `${health.message} ${said}`), line === "" ? "" : `last log line: ${line}`];
  const reason = reasons.filter((part) => part !== "").join("; ");
  return reason === "" ? health : { status: health.status, message: `${health.message.replace(/\.$/, "")}. ${reason}` };
};

const isEvent = ({ apiVersion, kind }: KubeObject): boolean =>
  kind === "Event" && (groupOf(apiVersion) === "" || groupOf(apiVersion) === "events.k8s.io");

const place = (namespace: string, kind: string, name: string): string => `${namespace}/${kind}/${name}`;

/**
 * What a set of objects knows around each of its members: the Pods and events below it, by owner references.
 *
 * Give it all that was listed, `kubectl get deploy,rs,pods,events -o yaml` for example; the function that comes back is cheap.
 */
export const collectEvidence = (objects: readonly KubeObject[]): ((object: KubeObject) => Evidence) => {
  const ownedBy = Map.groupBy(
    objects.flatMap((object) => listAt(object, "metadata", "ownerReferences").map((owner) => ({ uid: textAt(owner, "uid"), object }))),
    ({ uid }) => uid,
  );
  // An owner without a uid would own every object that has none either.
  ownedBy.delete("");
  const eventsAbout = Map.groupBy(objects.filter(isEvent), (event) => {
    const { kind, name } = subjectOf(event);
    return place(event.metadata.namespace ?? "", kind, name);
  });
  const familyOf = (object: KubeObject): readonly KubeObject[] => {
    const family = new Set([object]);
    // A set can be added to while it is walked, and takes each member once: owners that own each other end the walk too.
    for (const { metadata } of family) for (const { object: child } of ownedBy.get(metadata.uid ?? "") ?? []) family.add(child);
    return [...family];
  };
  return (object) => {
    const family = familyOf(object);
    return {
      pods: object.kind === "Pod" ? [] : family.filter(({ apiVersion, kind }) => kind === "Pod" && apiVersion === "v1"),
      events: family.flatMap(({ kind, metadata }) => eventsAbout.get(place(metadata.namespace ?? "", kind, metadata.name)) ?? []),
    };
  };
};
