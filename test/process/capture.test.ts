import fc from "fast-check";
import { expect, test } from "vitest";
import { Capture } from "../../src/process/capture.ts";

test("keeps all of what fits, else exactly the first and the last half", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      (chunks, half) => {
        const capture = new Capture(2 * half);
        for (const chunk of chunks) capture.add(Buffer.from(chunk));
        const all = Buffer.concat(chunks);
        const fits = all.length <= 2 * half;
        expect(capture.truncated).toBe(!fits);
        const kept = fits ? all : Buffer.concat([all.subarray(0, half), all.subarray(-half)]);
        expect(capture.bytes().equals(kept)).toBe(true);
      },
    ),
  );
});
