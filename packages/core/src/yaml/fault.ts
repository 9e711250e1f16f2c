import { YAMLException } from "js-yaml";

/** Why a document cannot be read, at an offset of its text. Caught where file and line are known. */
export class YamlFault extends Error {
  override readonly name = "YamlFault";
  readonly offset: number;
  readonly remedy: string;

  constructor(offset: number, message: string, remedy: string) {
    super(message);
    this.offset = offset;
    this.remedy = remedy;
  }
}

const tabRemedy = "indent with spaces; YAML allows no tab there";
const syntaxRemedy = "correct the YAML at this line or just above it; indentation, a missing quote or colon is the usual cause";

/** js-yaml's complaint as a fault; every other error is a defect of ours and passes. */
export const toFault = (error: unknown): YamlFault => {
  if (error instanceof YamlFault) return error;
  if (!(error instanceof YAMLException)) throw error;
  const { reason, mark } = error;
  if (reason.startsWith("nesting exceeded"))
    return new YamlFault(mark?.position ?? 0, "mappings and lists nest too deep", "flatten the document");
  return new YamlFault(mark?.position ?? 0, `not valid YAML: ${reason}`, reason.includes("tab") ? tabRemedy : syntaxRemedy);
};

/** The line, from 1, that an offset of a text lies on. */
export const lineAt = (text: string, offset: number): number => {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
};
