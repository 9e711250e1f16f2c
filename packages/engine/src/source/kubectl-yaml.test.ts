// Our reading of YAML against kubectl's own. `patch --local` reads a file, changes nothing and prints JSON, without a server and for any kind.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { type Json, isJsonObject, parseJson, parseYaml } from "@windlass/core";
import { describe, expect, test } from "vitest";
import { documentTable, keyTable, refusedTable, yamlTable } from "../../../core/src/yaml/testdata/table.ts";
import { kubectlPath } from "@windlass/testbed";

