// A process of its own that fetches once: `node fetch-once.test-support.ts URL CACHE`. It prints the commit and how many files it has.
import { openRepository } from "./repository.ts";

const [url = "", cacheFolder = ""] = process.argv.slice(2);
const repository = openRepository({ url, cacheFolder, allow: ["http"] });
const { commit } = await repository.fetchRevision("main");
const { files } = await repository.readTree(commit, "");
await Promise.all(files.map((file) => file.read()));
process.stdout.write(`${commit} ${files.length}\n`);
repository.close();
