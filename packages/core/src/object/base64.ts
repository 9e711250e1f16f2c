// Base64 of text, for a package that has no Buffer.
import { decodeUtf8, encodeUtf8 } from "../artifact/bytes.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const valueOf: ReadonlyMap<string, number> = new Map(Array.from(alphabet, (letter, value) => [letter, value]));

/** The base64 form of a text's UTF-8 bytes, padded, on one line. Half a surrogate pair counts as U+FFFD, as Go writes it. */
export const encodeBase64 = (text: string): string => {
  const bytes = encodeUtf8(text.toWellFormed());
  let encoded = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63]).join("");
    encoded += letters.slice(0, Math.min(4, bytes.length - at + 1)).padEnd(4, "=");
  }
  return encoded;
};

/** The text that base64 stands for, line breaks skipped; `undefined` where it is not base64 or its bytes are no UTF-8. */
export const decodeBase64 = (encoded: string): string | undefined => {
  const letters = encoded.replaceAll(/[\r\n]/g, "");
  if (letters.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(letters)) return undefined;
  const bytes: number[] = [];
  let [buffer, bits] = [0, 0];
  for (const letter of letters.replace(/=+$/, "")) {
    buffer = ((buffer << 6) | (valueOf.get(letter) ?? 0)) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes.push((buffer >> (bits -= 8)) & 0xff);
  }
  return decodeUtf8(Uint8Array.from(bytes));
};
