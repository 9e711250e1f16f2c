/**
 * A function that takes chunks of a stream and calls `onLine` for each whole line; lines may be cut anywhere, also inside a character.
 *
 * `onTooLong` is called once when a line passes `maxBytes`; nothing more is kept then.
 */
export const createLineReader = (maxBytes: number, onLine: (line: string) => void, onTooLong: () => void): ((chunk: Buffer) => void) => {
  let parts: Buffer[] = [];
  let length = 0;
  return (chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      parts.push(rest.subarray(0, end));
      onLine(Buffer.concat(parts).toString("utf8"));
      parts = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    if (length > maxBytes || rest.length === 0) return;
    length += rest.length;
    parts.push(rest);
    if (length > maxBytes) {
      parts = [];
      onTooLong();
    }
  };
};
