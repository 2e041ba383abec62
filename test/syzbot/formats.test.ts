import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { busySeconds } from "../../src/syzbot/busy.ts";
import { goDuration } from "../../src/syzbot/go-duration.ts";
import { goQuote, goQuoteList } from "../../src/syzbot/go-quote.ts";
import { plainLine, plainLines } from "../../src/syzbot/plain-line.ts";

describe("goDuration", () => {
  test.each([
    [0, "0s"],
    [1e-9, "1ns"],
    [0.0000015, "1.5µs"],
    [0.001, "1ms"],
    [0.812, "812ms"],
    [0.9999999999, "1s"],
    [1, "1s"],
    [59.999, "59.999s"],
    [60, "1m0s"],
    [60.5, "1m0.5s"],
    [3600, "1h0m0s"],
    [10_662.021953048, "2h57m42.021953048s"],
    [360_000.25, "100h0m0.25s"],
    [-1.5, "-1.5s"],
  ])("%d is %s", (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
  });

  it("reads back to the same nanosecond", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4_000_000 }), fc.nat({ max: 999_999_999 }), (whole, fraction) => {
        const [, h = "0", m = "0", s = "0"] =
          /^(?:(\d+)h)?(?:(\d+)m)?([\d.]+)s$/.exec(goDuration(1 + whole + fraction / 1e9)) ?? [];
        const [seconds = "0", nanoseconds = ""] = s.split(".");
        expect(Number(h) * 3600 + Number(m) * 60 + Number(seconds)).toBe(1 + whole);
        expect(Number(nanoseconds.padEnd(9, "0"))).toBe(fraction);
      }),
    );
  });
});

describe("goQuote", () => {
  test.each([
    ["", '""'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ["\u0007\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
    ["\u0000\u007f", '"\\x00\\x7f"'],
    ["ö 😀", '"ö 😀"'],
    ["\u00a0\u2028\u{e0001}", '"\\u00a0\\u2028\\U000e0001"'],
    ["\ud800", '"\ufffd"'],
  ])("%j is %s", (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });

  it("quotes each string of a list", () => {
    expect(goQuoteList([])).toBe("[]");
    expect(goQuoteList(["a", "b c"])).toBe('["a" "b c"]');
  });
});

describe("busySeconds", () => {
  test.each([
    ["nothing", [], 0],
    [
      "one after the other",
      [
        [0, 1000],
        [2000, 3500],
      ],
      2.5,
    ],
    [
      "at once",
      [
        [0, 1000],
        [0, 1000],
        [200, 900],
      ],
      1,
    ],
    [
      "overlapping, out of order",
      [
        [500, 2000],
        [0, 1000],
      ],
      2,
    ],
    ["backwards", [[1000, 0]], 0],
  ])("%s", (_, spans, seconds) => {
    expect(busySeconds(spans.map(([from = 0, to = 0]) => ({ from, to })))).toBe(seconds);
  });
});

describe("plain text", () => {
  it("is one line without control characters", () => {
    expect(plainLine(" a\r\nb\u001b[31m\u202ec\tö\ud800 ")).toBe("a  b[31mc ö\ufffd");
  });

  it("keeps lines, tabs and indentation, and no empty lines at its end", () => {
    expect(plainLines("  a\u0000\n\n\tb\r\n\n")).toEqual(["  a", "", "\tb"]);
    expect(plainLines("\n\n")).toEqual([]);
  });
});
