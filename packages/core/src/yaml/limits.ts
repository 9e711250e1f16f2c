/** What bounds the reading of one file. */
export interface YamlLimits {
  /** Size of the text, in UTF-16 units; the reader of the file bounds its bytes before. */
  readonly charactersMax: number;
  readonly documentsMax: number;
  /** How deep mappings and lists may nest, aliases followed. */
  readonly depthMax: number;
  /** Aliases (`*name`) in one document. */
  readonly aliasesMax: number;
  /** Values of one file once every alias is written out; a long text counts one for each started 64 characters. */
  readonly nodesMax: number;
}

/** Far beyond what an API server stores (1.5 MiB an object), and small enough to hold in memory. */
export const defaultYamlLimits: YamlLimits = {
  charactersMax: 10 * 1024 * 1024,
  documentsMax: 10_000,
  depthMax: 100,
  aliasesMax: 1_000,
  nodesMax: 2_000_000,
};
