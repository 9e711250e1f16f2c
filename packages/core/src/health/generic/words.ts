// The words that controllers use for how things go. Condition types, reasons and phases are made of the same few words, in many spellings.

/** What a word or a phrase says about an object; undefined where it says nothing. */
export type Tone = "good" | "busy" | "paused" | "bad";

const wordsOf = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter((word) => word !== ""));

const good = wordsOf(`
  accepted achieved active admitted allocated alive applied assigned attached authorized available bootstrapped bound built
  complete completed configured connected created deployed done enabled ensured established finished fulfilled functional
  green healthy initialized installed issued joined launched loaded live materialized mounted normal ok okay online operational
  passed passing present processed programmed provisioned published ready reachable reconciled registered released reported resolved restored
  running scheduled schedulable served serving signed stable started successful success succeeded succeed successfully synced
  synchronized true unsealed unpacked uploaded up uptodate validated valid verified`);

const busy = wordsOf(`
  await busy expanding inprogress init incomplete new outdated outofsync pending progress queued reconcile requested retry rollout
  submitted transitioning undeployed unscheduled wait yellow`);

const paused = wordsOf(
  "paused pause suspend suspended hibernated hibernation hibernate idle sleeping standby stopped dormant inactive disabled",
);

const bad = wordsOf(`
  abort aborted backoff bad broken cancelled canceled conflict conflicted conflicting conflicts corrupt corrupted crash crashed crashloop critical dead
  degraded denied deadline down duplicate err errored error errors evicted exceeded exception expired fail failed failing failure failures
  fallback fatal faulted faulty forbidden illegal impossible incompatible insufficient invalid killed lost malformed mismatch misconfigured missing offline oom
  oomkilled orphan orphaned overlapping preempted red refused rejected stalled stuck throwable timedout timeout unable unauthorized unauthorised unavailable
  undeliverable unhealthy unknownerror unreachable unresolvable unresolved unrecoverable unsatisfiable unsupported unusable violated violation violations`);

/** Words that end in -ing and yet say that nothing more is to come, or nothing at all. */
const steady = wordsOf(
  "running serving passing missing warning failing conflicting overlapping binding existing listening mapping missing peering pooling rating routing scaling setting string thing",
);

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

/** The tones of a phrase's words; a good word after a negation (`NotReady`, `not yet available`) is busy, a bad one (`NoConflicts`) good. */
const tonesOf = (words: readonly string[]): readonly (Tone | undefined)[] =>
  words.map((word, index) => {
    const tone = toneOfWord(word);
    const negated = negations.has(words[index - 1] ?? "") || (words[index - 1] === "yet" && negations.has(words[index - 2] ?? ""));
    if (!negated) return tone;
    return tone === "good" ? "busy" : tone === "bad" ? "good" : undefined;
  });

const precedence: readonly Tone[] = ["bad", "paused", "busy", "good"];

/** What a reason or a phase says: the worst tone of its words. `ReconcileError` is bad, `CreatingLoadBalancer` busy, `SecretSynced` good. */
export const toneOf = (name: string): Tone | undefined => {
  if (name === "") return undefined;
  const tones = tonesOf(splitWords(name));
  if (splitWords(name).join(" ").endsWith("not found")) return "bad";
  return precedence.find((tone) => tones.includes(tone));
};

/** What the name of a condition's type says: the tone of its last telling word. `EKSControlPlaneUpdating` is busy, `CatalogSourcesUnhealthy` bad. */
export const toneOfType = (type: string): Tone | undefined =>
  tonesOf(splitWords(type.slice(type.lastIndexOf("/") + 1))).findLast((tone) => tone !== undefined);
