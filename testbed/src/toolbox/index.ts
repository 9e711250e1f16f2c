export { ensureToolbox, ensureToolboxReference } from "./ensure-toolbox.ts";
export { readTree } from "./read-tree.ts";
export { runReference, type ReferenceRun } from "./run-reference.ts";
