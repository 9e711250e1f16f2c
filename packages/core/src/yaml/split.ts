/** One document of a file: its text and the line, from 1, that the text begins on. `wrong` is what makes the separator before it unusable. */
export interface YamlChunk {
  readonly text: string;
  readonly line: number;
  readonly separatorRest: string;
}

/**
 * A file cut at its `---` lines, as kubectl cuts it: before any YAML is read, so that a document that is broken cannot hide the next one.
 *
 * Shape: chunks may be empty or hold comments only. `separatorRest` is what follows `---` on its line; kubectl refuses anything but a comment.
 * Source: k8s.io/apimachinery v0.37.2, pkg/util/yaml/decoder.go, YAMLReader
 */
export const splitDocuments = (text: string): readonly YamlChunk[] => {
  const chunks: YamlChunk[] = [];
  let [start, line, separatorRest] = [0, 1, ""];
  for (const match of text.matchAll(/^---.*\n?/gm)) {
    // `m` lets ^ match after \u2028 and a bare \r too, which kubectl does not take for the end of a line.
    if (match.index > 0 && text[match.index - 1] !== "\n") continue;
    const chunk = text.slice(start, match.index);
    chunks.push({ text: chunk, line, separatorRest });
    line += countNewlines(chunk) + 1;
    start = match.index + match[0].length;
    separatorRest = match[0].slice(3).trim();
  }
  return [...chunks, { text: text.slice(start), line, separatorRest }];
};

const countNewlines = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
};
