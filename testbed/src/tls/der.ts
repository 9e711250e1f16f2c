// The little of ASN.1's Distinguished Encoding Rules that an X.509 certificate needs. Source: ITU-T X.690.

const encodeLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const bytes =
    length < 0x100 ? [length] : length < 0x10000 ? [length >> 8, length & 0xff] : [length >> 16, (length >> 8) & 0xff, length & 0xff];
  return Buffer.from([0x80 | bytes.length, ...bytes]);
};

/** One tag-length-value; `parts` are put one after the other as its content. */
const encode = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
};

export const sequence = (...parts: readonly Buffer[]): Buffer => encode(0x30, ...parts);
export const set = (...parts: readonly Buffer[]): Buffer => encode(0x31, ...parts);
export const octetString = (content: Buffer): Buffer => encode(0x04, content);
export const utf8String = (text: string): Buffer => encode(0x0c, Buffer.from(text));
export const boolean = (value: boolean): Buffer => encode(0x01, Buffer.from([value ? 0xff : 0]));

/** A bit string whose last `unusedBits` bits mean nothing. */
export const bitString = (content: Buffer, unusedBits = 0): Buffer => encode(0x03, Buffer.from([unusedBits]), content);

/** A non-negative integer, big endian; a zero byte keeps a set first bit from meaning minus. */
export const integer = (bytes: Buffer): Buffer => encode(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);

/** `2.5.4.3` and the like. */
export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(encodeBase128)]));
};

const encodeBase128 = (value: number): readonly number[] => {
  const bytes = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
};

/** A moment with seconds, in the two-digit-year form that X.509 wants before 2050. */
export const utcTime = (date: Date): Buffer =>
  encode(
    0x17,
    Buffer.from(
      `${date
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, "")
        .slice(2, 14)}Z`,
    ),
  );

/** Context-specific tag `[number]`: constructed around its parts. */
export const explicit = (number: number, ...parts: readonly Buffer[]): Buffer => encode(0xa0 | number, ...parts);

/** Context-specific tag `[number]` instead of the content's own tag. */
export const implicit = (number: number, content: Buffer): Buffer => encode(0x80 | number, content);
