import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatBase64, parseBase64 } from "./base64-bytes.ts";

test("base64 is read and written as Node does it, for any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64");
      expect(Buffer.from(parseBase64(text) ?? []).equals(Buffer.from(bytes))).toBe(true);
      expect(formatBase64(bytes)).toBe(text.replace(/=+$/, ""));
    }),
  );
});

test.each(["A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AAAA\n", "AA=A", "AA!A", "AAA=AAAA"])(
  "%j is refused: nobody writes base64 so",
  (text) => {
    expect(parseBase64(text)).toBeUndefined();
  },
);
