// A diff as text for people: one line a field, or a block where a value needs several lines.
import { canonicalJson } from "../object/canonical.ts";
import type { Json } from "../object/object.ts";
import { formatYaml } from "../yaml/format.ts";
import type { FieldChange } from "./diff-objects.ts";

const inlineMax = 60;
const contextLines = 2;

/** Control characters as escapes: a value from a cluster must not steer the terminal that shows it. */
export const escapeControls = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_C}]/gu, (character) =>
    character === "\n" ? character : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );

const isBlock = (value: Json | undefined): boolean =>
  value !== undefined && ((typeof value === "string" && value.includes("\n")) || canonicalJson(value).length > inlineMax);

const toLines = (value: Json | undefined): readonly string[] => {
  if (value === undefined) return [];
  const text = typeof value === "string" ? value : formatYaml(value);
  return text.replace(/\n$/, "").split("\n");
};

const countCommon = (before: readonly string[], after: readonly string[]): number => {
  const end = Math.min(before.length, after.length);
  for (let index = 0; index < end; index++) if (before[index] !== after[index]) return index;
  return end;
};

/** What differs of two texts, between the lines that both begin and end with; a little of those is kept as context. */
const formatBlock = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const head = countCommon(before, after);
  const tail = countCommon(before.slice(head).toReversed(), after.slice(head).toReversed());
  const mark = (sign: string, lines: readonly string[]): readonly string[] => lines.map((line) => `    ${sign} ${line}`.trimEnd());
  return [
    ...mark(" ", after.slice(Math.max(0, head - contextLines), head)),
    ...mark("-", before.slice(head, before.length - tail)),
    ...mark("+", after.slice(head, after.length - tail)),
    ...mark(" ", after.slice(after.length - tail, after.length - tail + contextLines)),
  ];
};

const formatChange = ({ path, before, after }: FieldChange): readonly string[] => {
  const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
  if (isBlock(before) || isBlock(after)) return [`${sign} ${path}:`, ...formatBlock(toLines(before), toLines(after))];
  const values = [before, after].filter((value) => value !== undefined).map((value) => canonicalJson(value));
  return [`${sign} ${path}: ${values.join(" → ")}`];
};

/** A diff as text, a line or a block for each field: `+` added, `-` removed, `~` changed. "" where nothing differs. */
export const formatDiff = (changes: readonly FieldChange[]): string =>
  changes
    .flatMap(formatChange)
    .map((line) => `${escapeControls(line)}\n`)
    .join("");
