// A process of its own that puts artifacts until it is killed: `node put-forever.test-support.ts FOLDER SEED`.
import { createArtifactStore } from "./artifact-store.ts";

const [folder = "", seed = "0"] = process.argv.slice(2);
const store = createArtifactStore({ folder, bytesMax: 200_000 });
for (let round = 0; ; round++) {
  // Every process puts the same ones in turn, so that they meet at the same names.
  const digest = await store.put(Buffer.from(`artifact ${(round + Number(seed)) % 20} `.repeat(20_000)));
  process.stdout.write(`${digest}\n`);
}
