// The words of health, and how the verdicts of many objects become one.

/** How well an object does. The words are the field's. */
export type HealthStatus = "Healthy" | "Suspended" | "Progressing" | "Missing" | "Degraded" | "Unknown";

/** A verdict and the sentence that explains it to a person. */
export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}

/**
 * Every status, best first, worst last.
 *
 * Source: argo-cd, gitops-engine/pkg/health/health.go, `healthOrder`
 */
export const healthOrder: readonly HealthStatus[] = ["Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"];

const rank = new Map(healthOrder.map((status, index) => [status, index]));

/** Whether `left` is a worse status than `right`. */
export const isWorseHealth = (left: HealthStatus, right: HealthStatus): boolean => (rank.get(left) ?? 0) > (rank.get(right) ?? 0);

/** The worst of many verdicts, the first one where several are equally bad; Healthy where there are none. */
export const worstHealth = (verdicts: Iterable<Health>): Health => {
  let worst: Health | undefined;
  for (const verdict of verdicts) if (!worst || isWorseHealth(verdict.status, worst.status)) worst = verdict;
  return worst ?? healthy("");
};

const verdictOf =
  (status: HealthStatus) =>
  (message: string): Health => ({ status, message });

/** A verdict with its sentence. One function per status, so that a rule reads as what it says. */
export const healthy = verdictOf("Healthy");
export const suspended = verdictOf("Suspended");
export const progressing = verdictOf("Progressing");
export const missing = verdictOf("Missing");
export const degraded = verdictOf("Degraded");
export const unknown = verdictOf("Unknown");
