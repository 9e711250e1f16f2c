/** A source tree in memory: content by path relative to its root, slash-separated. */
export type SourceFiles = Readonly<Record<string, string | Uint8Array>>;

/** The same tree as a request carries it: text as it is, everything else as base64. */
export interface WireFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly binaryFiles: Readonly<Record<string, string>>;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The wire form of a tree; every byte arrives as it was. */
export const toWireFiles = (source: SourceFiles): WireFiles => {
  const files: Record<string, string> = {};
  const binaryFiles: Record<string, string> = {};
  for (const [path, content] of Object.entries(source)) {
    const text = typeof content === "string" ? content : decode(content);
    if (text !== undefined) files[path] = text;
    else if (typeof content !== "string") binaryFiles[path] = Buffer.from(content).toString("base64");
  }
  return { files, binaryFiles };
};

const decode = (content: Uint8Array): string | undefined => {
  try {
    return strictUtf8.decode(content);
  } catch {
    return undefined;
  }
};
