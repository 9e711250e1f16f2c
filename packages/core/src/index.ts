export * from "./error.ts";
export * from "./object/json.ts";
export * from "./object/object.ts";
export * from "./health/verdict.ts";
