// Base64 to bytes, for a package that has no Buffer. One text stands for each sequence of bytes: padding and unused bits are checked.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const valueOf: ReadonlyMap<string, number> = new Map(Array.from(alphabet, (letter, value) => [letter, value]));

/** The bytes that padded base64 on one line stands for, or `undefined` where it is not such (a bit that nobody would write included). */
export const parseBase64 = (text: string): Uint8Array | undefined => {
  if (text.length % 4 !== 0) return undefined;
  const letters = text.replace(/={1,2}$/, "");
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let [buffer, bits, at] = [0, 0, 0];
  for (const letter of letters) {
    const value = valueOf.get(letter);
    if (value === undefined) return undefined;
    buffer = ((buffer << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[at++] = (buffer >> (bits -= 8)) & 0xff;
  }
  const unused = buffer & ((1 << bits) - 1);
  return unused === 0 && at === bytes.length && letters.length % 4 !== 1 ? bytes : undefined;
};

/** Base64 of bytes without padding, as `ssh-keygen -l` shows a fingerprint. */
export const formatBase64 = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63]).join("");
    text += letters.slice(0, Math.min(4, bytes.length - at + 1));
  }
  return text;
};
