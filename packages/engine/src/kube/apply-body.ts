// The body of a server-side apply, which the API server reads as YAML 1.1 even where it is JSON.
import { formatJson, type KubeObject } from "@windlass/core";

/**
 * What JSON takes in a string as it is and the server's YAML reader does not: it folds U+0085, U+2028 and U+2029 into a blank, since they are
 * line breaks to YAML 1.1, and refuses other control characters and the byte order mark.
 * Source: go.yaml.in/yaml/v2, readerc.go (allowed characters) and yamlprivateh.go `is_break`.
 */
const notYaml = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The object as JSON that reads the same as YAML. */
export const formatApplyBody = (object: KubeObject): string => formatJson(object).replaceAll(notYaml, escape);
