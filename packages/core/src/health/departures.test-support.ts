/** Where we differ from Argo CD's own test data on purpose, by group and kind, and why. */
export interface Departure {
  readonly kinds: readonly string[];
  readonly applies: (object: { readonly metadata?: { readonly deletionTimestamp?: string } }) => boolean;
  readonly reason: string;
}

export const departures: readonly Departure[] = [
  {
    kinds: ["kafka.strimzi.io/KafkaConnect", "kafka.strimzi.io/KafkaBridge", "kafka.strimzi.io/KafkaConnector"],
    applies: ({ metadata }) => metadata?.deletionTimestamp !== undefined,
    reason:
      "The objects of these tests are being deleted. The scripts under test do not look, but Argo CD itself calls such an object Progressing before any script runs, and so do we.",
  },
];
