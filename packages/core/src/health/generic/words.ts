// The words that controllers use for how things go. Condition types, reasons and phases are made of the same few words, in many spellings.

/** What a word or a phrase says about an object; undefined where it says nothing. */
export type Tone = "good" | "busy" | "paused" | "bad";

const wordsOf = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter((word) => word !== ""));

const good = wordsOf(`
  accepted achieved active allowed approved compliant admitted allocated alive applied assigned attached authorized available bootstrapped bound built
  complete completed configured connected created deployed done enabled ensured established finished fulfilled functional
  green healthy initialized installed issued joined launched loaded live materialized mounted normal ok okay online operational
  passed passing present processed programmed provided skipped updated provisioned published ready reachable reconciled registered released reported resolved restored
  running scheduled schedulable served serving signed stable started successful success succeeded succeed successfully synced
  synchronized true unsealed unpacked uploaded up uptodate validated valid verified`);

const busy = wordsOf(`
  await busy expanding inprogress init incomplete new outdated outofsync pending progress queued reconcile requested retry rollout
  submitted transitioning undeployed unscheduled wait yellow`);

const paused = wordsOf(
  "paused pause suspend suspended halted hibernated hibernation hibernate idle sleeping standby stopped dormant inactive disabled",
);

const bad = wordsOf(`
  abort aborted backoff bad blocked broken cancelled canceled conflict conflicted conflicting conflicts corrupt corrupted crash crashed crashloop critical dead
  degraded denied deadline disconnected down duplicate err errored error errors evicted exceeded exception expired fail failed failing failure failures
  fallback fatal faulted faulty forbidden illegal impossible incompatible insufficient invalid killed lost malformed mismatch misconfigured missing offline oom
  oomkilled orphan orphaned overlapping partial partially preempted red refused rejected stalled stuck throwable timedout timeout unable unauthorized unauthorised unavailable
  undeliverable unhealthy unknownerror unreachable unresolvable unresolved unrecoverable unsatisfiable unsupported unusable violated violation violations warn warning abnormal noncompliant`);

/** Words that end in -ing and yet say that nothing more is to come, or nothing at all. */
const steady = wordsOf("running serving passing existing listening string");

/** What a condition's type can be called while something goes on. A list, since `ContinuousArchiving` or `Routing` is no step on a way. */
const underWay = wordsOf(`
  applying building configuring creating deleting deploying disrupting draining initializing installing issuing migrating moving
  pending preparing processing progress progressing provisioning reconciling recovering resizing restoring rolling starting stopping syncing
  terminating unpacking updating upgrading waiting`);

const negations = new Set(["not", "no", "non", "never", "without", "cannot", "isnt", "un"]);

/** Longer texts are sentences, not names: reading on would only find words out of place. */
const longestName = 120;

const wordPattern = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

/** The words of a name in lower case: `EKSControlPlaneReady` and `eks-control plane_READY` have the same four. */
export const splitWords = (name: string): readonly string[] =>
  (name.slice(0, longestName).match(wordPattern) ?? []).map((word) => word.toLowerCase());

const toneOfWord = (word: string): Tone | undefined => {
  if (bad.has(word)) return "bad";
  if (good.has(word)) return "good";
  if (paused.has(word)) return "paused";
  if (busy.has(word) || (word.length > 4 && word.endsWith("ing") && !steady.has(word))) return "busy";
  return undefined;
};

const isNegated = (words: readonly string[], index: number): boolean => {
  const before = words[index - 1] ?? "";
  return negations.has(before) || ((before === "yet" || before === "been" || before === "be") && negations.has(words[index - 2] ?? ""));
};

/** What a name says: `tone`, and whether that came from denying the opposite (`NotReady`, `not yet available`). */
export interface Said {
  readonly tone: Tone;
  readonly isDenial: boolean;
}

const precedence: readonly Tone[] = ["bad", "paused", "busy", "good"];

const opposites: Readonly<Partial<Record<Tone, Tone>>> = { good: "busy", bad: "good" };

/** What one word says among its neighbours; a denied good word is busy, a denied bad one (`NoConflicts`) good. */
const readWord = (words: readonly string[], index: number): Said | undefined => {
  const tone = toneOfWord(words[index] ?? "");
  if (tone === undefined) return undefined;
  if (!isNegated(words, index)) return { tone, isDenial: false };
  const opposite = opposites[tone];
  return opposite && { tone: opposite, isDenial: true };
};

/** What a reason or a phase says: the worst of its words. `ReconcileError` is bad, `CreatingLoadBalancer` busy, `SecretSynced` good. */
export const readName = (name: string): Said | undefined => {
  const words = splitWords(name);
  if (words.at(-1) === "found" && words.at(-2) === "not") return { tone: "bad", isDenial: false };
  const said = words.map((_word, index) => readWord(words, index));
  for (const tone of precedence) {
    const found = said.find((saying) => saying?.tone === tone);
    if (found) return found;
  }
  return undefined;
};

/** The tone of a reason or a phase. */
export const toneOf = (name: string): Tone | undefined => readName(name)?.tone;

/** "Warning" in a type is advice beside the verdict (Strimzi, Kiali), not the verdict. */
const isTelling = (word: string): boolean => word !== "warning" && word !== "warnings" && (toneOfWord(word) ?? "busy") !== "busy";

/** What the name of a condition's type says, by its last telling word: `EKSControlPlaneUpdating` is busy, `CatalogSourcesUnhealthy` and `NotReady` bad. */
export const toneOfType = (type: string): Tone | undefined => {
  const words = splitWords(type.slice(type.lastIndexOf("/") + 1));
  if (words[0] === "partially") return "bad";
  const index = words.findLastIndex((word) => underWay.has(word) || isTelling(word));
  const word = words[index];
  if (word === undefined) return undefined;
  const tone = underWay.has(word) ? "busy" : toneOfWord(word);
  if (!isNegated(words, index)) return tone;
  return tone === "good" ? "bad" : tone === "bad" ? "good" : undefined;
};
