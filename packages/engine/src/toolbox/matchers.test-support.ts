import { expect } from "vitest";

/** Vitest's own matchers, with a type that is not `any`. */
export const containing = (part: string): unknown => expect.stringContaining(part);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
