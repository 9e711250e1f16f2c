// Bytes to text and back, for a package that has neither Node's Buffer nor the web's TextDecoder.

const percentOf = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).padStart(2, "0")}`);
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The text that UTF-8 bytes stand for, or `undefined` where they are not UTF-8 (overlong forms and surrogates included). */
export const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  // Nearly all names are ASCII, and a large repository has a great many of them.
  if (bytes.every((byte) => byte < 0x80)) return decodeLatin1(bytes);
  const parts = Array.from(bytes, (byte) => (byte < 0x80 && byte !== 0x25 ? String.fromCharCode(byte) : (percentOf[byte] ?? "")));
  try {
    return decodeURIComponent(parts.join(""));
  } catch {
    return undefined;
  }
};

/** The text of bytes, one character for each byte: what cannot fail, for headers in an encoding that nobody named. */
export const decodeLatin1 = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += chunkBytes) text += String.fromCharCode(...bytes.subarray(at, at + chunkBytes));
  return text;
};

/** As many arguments as every engine takes. */
const chunkBytes = 4096;

/** The UTF-8 bytes of a text. Errors: `URIError` for a lone surrogate. */
export const encodeUtf8 = (text: string): Uint8Array => {
  const escaped = encodeURIComponent(text);
  const bytes: number[] = [];
  for (let at = 0; at < escaped.length; at++) {
    const isEscape = escaped[at] === "%";
    bytes.push(isEscape ? Number.parseInt(escaped.slice(at + 1, at + 3), 16) : escaped.charCodeAt(at));
    if (isEscape) at += 2;
  }
  return Uint8Array.from(bytes);
};

/** Bytes as lower-case hexadecimal digits. */
export const toHex = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += hexOf[byte];
  return text;
};

/** The bytes that hexadecimal digits stand for; the caller has checked that they are such. */
export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));

/** All parts, one after the other. */
export const concatBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
