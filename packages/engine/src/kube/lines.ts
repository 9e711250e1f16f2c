// A byte stream as lines, holding one line at most.
import { WindlassError } from "@windlass/core";

const newline = 0x0a;

/**
 * The complete lines of a stream, without their ends; what stands after the last end is dropped, since a cut connection leaves half a line.
 *
 * Errors: `invalid` for a line of more than `limitBytes`; what the stream throws.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, limitBytes: number): AsyncGenerator<string, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end)]).toString("utf8");
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > limitBytes) {
      throw new WindlassError({
        code: "invalid",
        message: `A line of the watch is longer than ${limitBytes} bytes.`,
        remedy: "Check that the address leads to a Kubernetes API server.",
      });
    }
  }
}
