// kstatus's words.

/** kstatus's statuses. */
export type KstatusStatus = "InProgress" | "Failed" | "Current" | "Terminating" | "NotFound" | "Unknown";

/** A verdict in kstatus's words and the sentence that explains it. */
export interface Kstatus {
  readonly status: KstatusStatus;
  readonly message: string;
}

const verdictOf =
  (status: KstatusStatus) =>
  (message: string): Kstatus => ({ status, message });

export const inProgress = verdictOf("InProgress");
export const failed = verdictOf("Failed");
export const current = verdictOf("Current");
export const terminating = verdictOf("Terminating");
