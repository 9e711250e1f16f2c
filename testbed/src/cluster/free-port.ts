import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { WindlassError } from "@windlass/core";

/**
 * A TCP port of 127.0.0.1 that nobody listens on now.
 *
 * It lies below the range from which systems take ports for outgoing connections and for listeners on port 0, so that it is still free
 * after a restart of the server. Another process may yet take it before our caller does, who must be ready to ask again.
 * Errors: `unavailable` when 100 ports in a row were taken.
 */
export const findFreePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new WindlassError({
    code: "unavailable",
    message: "No free TCP port between 20000 and 32000.",
    remedy: "Stop what listens there.",
  });
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen({ port, host: "127.0.0.1", exclusive: true });
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};
