/** How well an object does, worst last. The words are the field's. */
export type HealthStatus = "Healthy" | "Suspended" | "Progressing" | "Missing" | "Degraded" | "Unknown";

/** A verdict and the sentence that explains it to a person. */
export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}
