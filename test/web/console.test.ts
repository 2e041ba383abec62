import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Chunks } from "../../web/console/chunks.ts";
import { stretchesOf } from "../../web/console/colours.ts";
import { rowsOf } from "../../web/console/folds.ts";
import { hashOf, linesOf } from "../../web/console/line-link.ts";
import { placeOf, placesIn } from "../../web/console/places.ts";
import {
  contentHeight,
  isScaled,
  lastTop,
  type ScrollBox,
  scrollFor,
  topRow,
} from "../../web/console/scroll.ts";

describe("rows of a console", () => {
  const boot = { name: "boot", from: 1, to: 100 };
  const rest = { name: "rest", from: 151, to: 200 };

  test("a part that is folded is one row", () => {
    const rows = rowsOf(200, [rest, boot]);
    expect(rows.count).toBe(52);
    expect(rows.at(0)).toEqual({ kind: "fold", fold: boot });
    expect(rows.at(1)).toEqual({ kind: "line", line: 101 });
    expect(rows.at(50)).toEqual({ kind: "line", line: 150 });
    expect(rows.at(51)).toEqual({ kind: "fold", fold: rest });
    expect([rows.of(1), rows.of(100), rows.of(101), rows.of(200)]).toEqual([0, 0, 1, 51]);
  });

  test("every line is on the row that says so, whatever is folded", () => {
    const part = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: -5, max: 60 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const shut = parts.map(([from, to]) => ({ name: "x", from, to }));
        const rows = rowsOf(50, shut);
        for (let line = 1; line <= 50; line++) {
          const row = rows.at(rows.of(line));
          if (row.kind === "line") expect(row.line).toBe(line);
          else {
            expect(row.fold.from).toBeLessThanOrEqual(line);
            expect(row.fold.to).toBeGreaterThanOrEqual(line);
          }
        }
        expect(rows.of(50)).toBe(rows.count - 1);
      }),
    );
  });
});

describe("scrolling", () => {
  const short: ScrollBox = { rows: 1000, rowHeight: 20, height: 600 };
  const long: ScrollBox = { rows: 1_700_000, rowHeight: 20, height: 600 };

  test("a pixel is a pixel while the content is no higher than browsers can", () => {
    expect(isScaled(short)).toBe(false);
    expect(topRow(short, 4010)).toBe(200.5);
    expect(scrollFor(short, 200.5)).toBe(4010);
  });

  test("more than that is scaled: the last line is at the end all the same", () => {
    expect(isScaled(long)).toBe(true);
    expect(contentHeight(long)).toBeLessThan(10_000_000);
    expect(topRow(long, contentHeight(long) - long.height)).toBe(lastTop(long));
    expect(scrollFor(long, lastTop(long))).toBe(contentHeight(long) - long.height);
  });

  test("where one scrolls to is where one is, within the range", () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 1_800_000 }), (row) => {
        for (const box of [short, long]) {
          const there = Math.min(lastTop(box), Math.max(0, row));
          expect(topRow(box, scrollFor(box, row))).toBeCloseTo(there, 4);
        }
      }),
    );
  });
});

describe("reading lines as they come into sight", () => {
  function readerOf() {
    const waiting: { from: number; to: number; answer: (lines: string[]) => void }[] = [];
    const read = (from: number, to: number) =>
      new Promise<string[]>((answer) => waiting.push({ from, to, answer }));
    const next = async () => {
      const one = waiting.shift();
      if (one === undefined) throw new Error("nothing is asked for");
      one.answer(Array.from({ length: one.to - one.from + 1 }, (_, n) => `line ${one.from + n}`));
      await new Promise(setImmediate);
      return [one.from, one.to];
    };
    return { read, waiting, next };
  }

  test("one chunk at a time, and only what is still in sight", async () => {
    const { read, waiting, next } = readerOf();
    const changed = vi.fn();
    const chunks = new Chunks(1_000_000, read, changed);
    chunks.want(1, 30);
    chunks.want(500_000, 500_030);
    chunks.want(900_001, 900_030);
    expect(waiting).toHaveLength(1);
    expect(await next()).toEqual([1, 400]);
    expect(await next()).toEqual([900_001, 900_400]);
    expect(waiting).toHaveLength(0);
    expect(chunks.line(900_003)).toBe("line 900003");
    expect(chunks.line(500_000)).toBe(null);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  test("the last chunk ends with the console", async () => {
    const { read, next } = readerOf();
    const chunks = new Chunks(450, read, () => {});
    chunks.want(440, 450);
    expect(await next()).toEqual([401, 450]);
    expect(chunks.line(450)).toBe("line 450");
  });

  test("what could not be read is asked for again", async () => {
    let isBroken = true;
    const read = async (from: number) => {
      if (isBroken) throw new Error("lost");
      return [`line ${from}`];
    };
    const chunks = new Chunks(10, read, () => {});
    chunks.want(1, 10);
    await new Promise(setImmediate);
    expect(chunks.line(1)).toBe(null);
    isBroken = false;
    chunks.want(1, 10);
    await new Promise(setImmediate);
    expect(chunks.line(1)).toBe("line 1");
  });

  test("few chunks are kept", async () => {
    const read = async (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, () => "x");
    const chunks = new Chunks(1_000_000, read, () => {});
    for (let line = 1; line < 100_000; line += 400) {
      chunks.want(line, line);
      await new Promise(setImmediate);
    }
    expect(chunks.line(99_601)).toBe("x");
    expect(chunks.line(1)).toBe(null);
  });
});

describe("what a line looks like", () => {
  test("colours are classes, other sequences are nothing", () => {
    expect(stretchesOf("\x1b[1;31mBUG\x1b[0m: \x1b[2J\x1b]0mhere\x07")).toEqual([
      { text: "BUG", look: "bold ink-1" },
      { text: ": ", look: "" },
      { text: "0mhere", look: "" },
    ]);
  });

  test("markup is text, and a line without end is cut", () => {
    expect(stretchesOf("<img src=x onerror=alert(1)>")).toEqual([
      { text: "<img src=x onerror=alert(1)>", look: "" },
    ]);
    expect(stretchesOf("a".repeat(1e6))[0]?.text.length).toBeLessThan(5000);
  });

  test("no text is lost but control characters and marks of direction", () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const plain = stretchesOf(line)
          .map(({ text }) => text)
          .join("");
        expect(plain).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]/);
        if (!/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(line)) expect(plain).toBe(line);
      }),
    );
  });

  test("places in source files are told from the rest", () => {
    expect(placesIn(" fl_classify+0x1 net/sched/cls_flower.c:312 [x]")).toEqual([
      { text: " fl_classify+0x1 ", place: null },
      { text: "net/sched/cls_flower.c:312", place: { file: "net/sched/cls_flower.c", line: 312 } },
      { text: " [x]", place: null },
    ]);
    expect(placesIn("#0 0x1f in main.fill /firstbad/src/pond/fill.go:7 +0x1d")).toContainEqual({
      text: "/firstbad/src/pond/fill.go:7",
      place: { file: "/firstbad/src/pond/fill.go", line: 7 },
    });
    expect(placesIn("a/../../etc/shadow.c:1").every(({ place }) => place === null)).toBe(true);
  });

  test.each([
    ["kernel/fork.c:12", { file: "kernel/fork.c", line: 12 }],
    ["../x.c:12", null],
    ["kernel/fork.c", null],
    [null, null],
  ])("the address %j names %j", (text, place) => {
    expect(placeOf(text)).toEqual(place);
  });
});

test.each([
  ["#L12", { from: 12, to: 12 }],
  ["#L20-L12", { from: 12, to: 20 }],
  ["#L3-9", { from: 3, to: 9 }],
  ["#L0", null],
  ["#step-3", null],
])("the address %s names lines %j", (hash, lines) => {
  expect(linesOf(hash)).toEqual(lines);
  if (lines !== null) expect(linesOf(hashOf(lines))).toEqual(lines);
});
