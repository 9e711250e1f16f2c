// Lines of values, looked up when a message needs one. Keeping them for every value would cost each sync what only a mistake uses.
import { EVENT_ID, type Event, SCALAR_STYLE, getScalarValue, parseEvents } from "js-yaml";
import { offsetOf } from "./construction.ts";
import { lineAt } from "./fault.ts";
import { findKeyText } from "./key.ts";
import { resolvePlain } from "./scalar.ts";
import type { YamlChunk } from "./split.ts";

/** Where a value is: a name in a mapping, an index in a list. */
export type Path = readonly (string | number)[];

/** The line of the value at a path of a document, or of the nearest value above it that is written there (not merged, not aliased). */
export const findLine = (chunk: YamlChunk, path: Path): number => {
  const events = parseEvents(chunk.text, {});
  return lineOfOffset(chunk, offsetOf(events[walk(chunk.text, events, path).shown]));
};

/** The lines of the items of the list at a path; none where there is no list. */
export const findItemLines = (chunk: YamlChunk, path: Path): readonly number[] => {
  const events = parseEvents(chunk.text, {});
  const { node, complete } = walk(chunk.text, events, path);
  if (!complete || events[node]?.type !== EVENT_ID.SEQUENCE) return [];
  const lines: number[] = [];
  let [line, seen] = [chunk.line, 0];
  for (let at = node + 1; isOpen(events, at); at = skipNode(events, at)) {
    const offset = Math.max(offsetOf(events[at]), seen);
    line += lineAt(chunk.text.slice(seen, offset), offset) - 1;
    seen = offset;
    lines.push(line);
  }
  return lines;
};

const lineOfOffset = ({ text, line }: YamlChunk, offset: number): number => line + lineAt(text, offset) - 1;

const walk = (text: string, events: readonly Event[], path: Path): Child & { readonly complete: boolean } => {
  let found: Child = { node: 1, shown: 1 };
  for (const step of path) {
    const child = typeof step === "number" ? findItem(events, found.node, step) : findValue(text, events, found.node, step);
    if (child === undefined) return { ...found, complete: false };
    found = child;
  }
  return { ...found, complete: true };
};

/** `node`: index of the value's event. `shown`: of the event that a person would point at, the key in a mapping. */
interface Child {
  readonly node: number;
  readonly shown: number;
}

/** The index after the node that begins at `at`. */
const skipNode = (events: readonly Event[], at: number): number => {
  let open = 0;
  for (let index = at; index < events.length; index++) {
    const type = events[index]?.type;
    if (type === EVENT_ID.POP) open--;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open++;
    if (open === 0) return index + 1;
  }
  return events.length;
};

const isOpen = (events: readonly Event[], at: number): boolean => at < events.length && events[at]?.type !== EVENT_ID.POP;

const findItem = (events: readonly Event[], node: number, index: number): Child | undefined => {
  if (events[node]?.type !== EVENT_ID.SEQUENCE) return undefined;
  let at = node + 1;
  for (let skipped = 0; skipped < index && isOpen(events, at); skipped++) at = skipNode(events, at);
  return isOpen(events, at) ? { node: at, shown: at } : undefined;
};

const findValue = (text: string, events: readonly Event[], node: number, name: string): Child | undefined => {
  if (events[node]?.type !== EVENT_ID.MAPPING) return undefined;
  for (let at = node + 1; isOpen(events, at); at = skipNode(events, skipNode(events, at))) {
    if (keyAt(text, events[at]) === name) return { node: skipNode(events, at), shown: at };
  }
  return undefined;
};

const keyAt = (text: string, event: Event | undefined): string | undefined => {
  if (event?.type !== EVENT_ID.SCALAR) return undefined;
  const value = getScalarValue(text, event);
  return event.style === SCALAR_STYLE.PLAIN ? findKeyText(resolvePlain(value)) : value;
};
