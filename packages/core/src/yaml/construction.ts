// What the construction of one document carries along: where it stands, what it has met, and what it may still spend.
import type { Event } from "js-yaml";
import type { Json } from "../object/object.ts";
import { YamlFault } from "./fault.ts";
import type { YamlLimits } from "./limits.ts";

/** A finished node that an alias can stand for. `weight` is its nodes written out, `height` how deep it nests. */
interface Anchor {
  readonly value: Json;
  readonly weight: number;
  readonly height: number;
}

/** Owned and mutated by one run of `construct`. */
export interface Construction {
  readonly text: string;
  /** The line of the file that `text` begins on. */
  readonly line: number;
  readonly events: readonly Event[];
  readonly limits: YamlLimits;
  readonly anchors: Map<string, Anchor>;
  /** Index of the next event. */
  next: number;
  depth: number;
  /** The largest depth reached since the innermost open node began. */
  deepest: number;
  aliases: number;
  weight: number;
}

/** The offset of the text where a node begins; its anchor and tag belong to it. An empty node has no place of its own: 0. */
export const offsetOf = (event: Event | undefined): number => {
  if (event === undefined) return 0;
  const starts = [
    "tagStart" in event ? event.tagStart : -1,
    "anchorStart" in event ? event.anchorStart : -1,
    "valueStart" in event ? event.valueStart : -1,
    "start" in event ? event.start : -1,
  ].filter((start) => start >= 0);
  return starts.length === 0 ? 0 : Math.min(...starts);
};

/** The tag of a node in its short form (`!!int`), "" for none. */
export const tagOf = (state: Construction, event: { readonly tagStart: number; readonly tagEnd: number }): string =>
  event.tagStart < 0 ? "" : state.text.slice(event.tagStart, event.tagEnd).replace(/^!<tag:yaml\.org,2002:(.*)>$/, "!!$1");

/** Counts `weight` nodes. Errors: `YamlFault` once a document holds too many, its aliases written out. */
export const charge = (state: Construction, weight: number, event: Event): void => {
  state.weight += weight;
  if (state.weight <= state.limits.nodesMax) return;
  throw new YamlFault(
    offsetOf(event),
    `the file holds more than ${state.limits.nodesMax} values once its aliases are written out`,
    "split the file, or write out what the aliases repeat; a file that grows like this is often an attack",
  );
};

/** Notes that nodes nest `depth` deep here. Errors: `YamlFault` when that is too deep. */
export const reach = (state: Construction, depth: number, event: Event): void => {
  state.deepest = Math.max(state.deepest, depth);
  if (depth <= state.limits.depthMax) return;
  throw new YamlFault(offsetOf(event), `mappings and lists nest deeper than ${state.limits.depthMax}`, "flatten the document");
};
