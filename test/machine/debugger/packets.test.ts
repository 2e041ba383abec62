import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketReader, packetOf } from "../../../src/machine/qemu/debugger/packets.ts";

describe("packets of GDB's remote protocol", () => {
  test.each([
    ["", "$#00"],
    ["OK", "$OK#9a"],
    ["c", "$c#63"],
    ["Z1,ffffffff81000000,1", "$Z1,ffffffff81000000,1#cd"],
  ])("%j is %s", (text, packet) => {
    expect(packetOf(text)).toBe(packet);
  });

  test("are read however they are cut into chunks, with acknowledgements between them", () => {
    const text = fc.stringMatching(/^[a-zA-Z0-9,:;]{0,20}$/);
    const chunked = fc.tuple(
      fc.array(text, { maxLength: 6 }),
      fc.array(fc.nat(100), { maxLength: 8 }),
    );
    fc.assert(
      fc.property(chunked, ([texts, cuts]) => {
        const whole = texts.map((one) => `+${packetOf(one)}`).join("");
        const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b)];
        const reader = new PacketReader();
        const read = places.flatMap((place, n) =>
          reader.push(Buffer.from(whole.slice(place, places[n + 1] ?? whole.length))),
        );
        expect(read).toEqual(texts);
      }),
    );
  });

  test.each([
    ["a wrong sum", "$OK#9b"],
    ["no end", `$${"x".repeat(20_000)}`],
  ])("with %s are refused", (_, bytes) => {
    expect(() => new PacketReader().push(Buffer.from(bytes))).toThrow(RangeError);
  });

  test("are not made of noise, which takes no memory", () => {
    const reader = new PacketReader();
    for (let n = 0; n < 100; n++) expect(reader.push(Buffer.alloc(100_000, "+"))).toEqual([]);
    expect(reader.push(Buffer.from("$OK#9a"))).toEqual(["OK"]);
  });
});
