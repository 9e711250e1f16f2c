// kstatus's words.
import type { KubeObject } from "../../object/object.ts";

/** kstatus's statuses. */
export type KstatusStatus = "InProgress" | "Failed" | "Current" | "Terminating" | "NotFound" | "Unknown";

/** A verdict in kstatus's words and the sentence, ours, that explains it. */
export interface Kstatus {
  readonly status: KstatusStatus;
  readonly message: string;
}

/** What kstatus says about an object of one kind, at a time in milliseconds since 1970. */
export type KstatusRule = (object: KubeObject, nowMs: number) => Kstatus;

const verdictOf =
  (status: KstatusStatus) =>
  (message: string): Kstatus => ({ status, message });

export const inProgress = verdictOf("InProgress");
export const failed = verdictOf("Failed");
export const current = verdictOf("Current");
export const terminating = verdictOf("Terminating");
