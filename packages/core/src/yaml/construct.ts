// From js-yaml's events to JSON, under Kubernetes' rules. Own construction instead of js-yaml's: keys, merges and tags are kubectl's, every
// fault has a line, and what aliases expand to is bounded, not only how many there are.
import { EVENT_ID, SCALAR_STYLE, type AliasEvent, type Event, type MappingEvent, type SequenceEvent } from "js-yaml";
import type { Json } from "../object/object.ts";
import { type Construction, charge, offsetOf, reach, tagOf } from "./construction.ts";
import { YamlFault, lineAt } from "./fault.ts";
import { findKeyText } from "./key.ts";
import type { YamlLimits } from "./limits.ts";
import { type OpenMapping, addPair, duplicateFault, findMergeSources, mergeFields } from "./mapping.ts";
import type { YamlChunk } from "./split.ts";
import { readScalar, readScalarValue } from "./scalar-node.ts";

/** A document's value, and its size in nodes with every alias written out. Values that an alias repeats are shared, never copied. */
export interface Constructed {
  readonly value: Json;
  readonly weight: number;
}

/** The value of a document's events, the document event being the first of them; `line` is where `text` begins. Errors: `YamlFault`. */
export const construct = ({ text, line }: YamlChunk, events: readonly Event[], limits: YamlLimits): Constructed => {
  const state: Construction = { text, line, events, limits, anchors: new Map(), next: 1, depth: 0, deepest: 0, aliases: 0, weight: 0 };
  const value = readNode(state);
  return { value, weight: state.weight };
};

const peek = (state: Construction): Event => {
  const event = state.events[state.next];
  if (event === undefined) throw new Error("js-yaml's events end inside a node");
  return event;
};

const readNode = (state: Construction): Json => {
  const event = peek(state);
  state.next++;
  if (event.type === EVENT_ID.ALIAS) return readAlias(state, event);
  const { weight, deepest } = state;
  state.deepest = state.depth;
  const value = readContent(state, event);
  if ("anchorStart" in event && event.anchorStart >= 0) {
    const anchor = { value, weight: state.weight - weight, height: state.deepest - state.depth };
    state.anchors.set(state.text.slice(event.anchorStart, event.anchorEnd), anchor);
  }
  state.deepest = Math.max(state.deepest, deepest);
  return value;
};

const readContent = (state: Construction, event: Event): Json => {
  if (event.type === EVENT_ID.SCALAR) return readScalarValue(state, event);
  if (event.type === EVENT_ID.SEQUENCE) return readNested(state, event, readSequence);
  if (event.type === EVENT_ID.MAPPING) return readNested(state, event, readMapping);
  throw new Error("js-yaml sent an event where a node was due");
};

const readNested = (state: Construction, event: MappingEvent | SequenceEvent, read: (state: Construction) => Json): Json => {
  state.depth++;
  reach(state, state.depth, event);
  charge(state, 1, event);
  const value = read(state);
  state.depth--;
  state.next++;
  return value;
};

const readSequence = (state: Construction): Json => {
  const items: Json[] = [];
  while (peek(state).type !== EVENT_ID.POP) items.push(readNode(state));
  return items;
};

const readAlias = (state: Construction, event: AliasEvent): Json => {
  const name = state.text.slice(event.anchorStart, event.anchorEnd);
  const anchor = state.anchors.get(name);
  if (anchor === undefined) {
    throw new YamlFault(
      event.anchorStart,
      `nothing before the alias *${name} is called &${name}`,
      `put the anchor &${name} before it, complete`,
    );
  }
  if (++state.aliases > state.limits.aliasesMax) {
    throw new YamlFault(event.anchorStart, `more than ${state.limits.aliasesMax} aliases in one document`, "write out what they repeat");
  }
  charge(state, anchor.weight, event);
  reach(state, state.depth + anchor.height, event);
  return anchor.value;
};

const readMapping = (state: Construction): Json => {
  const mapping: OpenMapping = { fields: {}, written: new Map() };
  while (peek(state).type !== EVENT_ID.POP) {
    const offset = offsetOf(peek(state));
    const isMerge = isMergeKey(state);
    const key = isMerge ? "<<" : readKey(state);
    const first = mapping.written.get(key);
    if (first !== undefined) throw duplicateFault(offset, key, state.line + lineAt(state.text, first) - 1);
    if (isMerge) readMerge(state, mapping, offset);
    else addPair(mapping, key, readNode(state), offset);
  }
  return mapping.fields;
};

const isMergeKey = (state: Construction): boolean => {
  const event = peek(state);
  if (event.type !== EVENT_ID.SCALAR || event.valueEnd - event.valueStart !== 2) return false;
  const tag = tagOf(state, event);
  const isPlain = tag === "" && event.style === SCALAR_STYLE.PLAIN;
  return state.text.slice(event.valueStart, event.valueEnd) === "<<" && (isPlain || tag === "!!merge");
};

const readKey = (state: Construction): string => {
  const event = peek(state);
  const key = event.type === EVENT_ID.SCALAR ? findKeyText(readScalar(state, event)) : findAliasedKey(state, event);
  if (key === undefined)
    throw new YamlFault(offsetOf(event), "this key is null, too large a number, a mapping or a list", "put the key in quotes");
  if (event.type !== EVENT_ID.SCALAR) return key;
  state.next++;
  if (event.anchorStart >= 0) state.anchors.set(state.text.slice(event.anchorStart, event.anchorEnd), { value: key, weight: 1, height: 0 });
  return key;
};

const findAliasedKey = (state: Construction, event: Event): string | undefined => {
  if (event.type !== EVENT_ID.ALIAS) return undefined;
  const value = readNode(state);
  return typeof value === "object" ? undefined : value.toString();
};

const readMerge = (state: Construction, mapping: OpenMapping, offset: number): void => {
  state.next++;
  mapping.written.set("<<", offset);
  const viaAlias = peek(state).type === EVENT_ID.ALIAS;
  const value = readNode(state);
  const sources = viaAlias && Array.isArray(value) ? undefined : findMergeSources(value);
  if (sources === undefined) throw new YamlFault(offset, "<< merges mappings, and this is none", "name a mapping, or a list of mappings");
  mergeFields(mapping, sources, offset);
};
