import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from "preact/hooks";
import { Chunks, type ReadLines } from "./chunks.ts";
import { type Fold, rowsOf } from "./folds.ts";
import type { LineRange } from "./line-link.ts";
import { contentHeight, isScaled, lastTop, type ScrollBox, scrollFor, topRow } from "./scroll.ts";
import { LineText } from "./text.tsx";

/** The height of a line; `.console-row` has the same. */
const rowHeight = 20;

/** What others may ask of the viewer. */
export interface ViewerHandle {
  /** Brings a line into sight, a third from the top. */
  readonly show: (line: number) => void;
}

/** Lines of a console, of which only those in sight are there. */
export function Viewer({
  handle,
  lines,
  read,
  shut,
  open,
  crashes,
  chosen,
  choose,
  found,
  source,
}: {
  handle: Ref<ViewerHandle>;
  lines: number;
  read: ReadLines;
  shut: readonly Fold[];
  open: (fold: Fold) => void;
  crashes: readonly LineRange[];
  chosen: LineRange | null;
  choose: (line: number, extend: boolean) => void;
  found: number | null;
  source: (file: string, line: number) => string;
}) {
  const box = useRef<HTMLElement>(null);
  const [height, setHeight] = useState(600);
  const [top, setTop] = useState(0);
  const [, setRead] = useState(0);
  const rows = useMemo(() => rowsOf(lines, shut), [lines, shut]);
  const chunks = useMemo(() => new Chunks(lines, read, () => setRead((n) => n + 1)), [lines, read]);
  useEffect(() => () => chunks.end(), [chunks]);
  const scrolled: ScrollBox = { rows: rows.count, rowHeight, height };
  const latest = useRef(scrolled);
  latest.current = scrolled;
  /** Where it was scrolled to by ourselves: the event of that says less exactly where that is. */
  const own = useRef<number | null>(null);
  const bring = (row: number) => {
    const exact = Math.min(lastTop(latest.current), Math.max(0, row));
    setTop(exact);
    if (box.current === null) return;
    const pixels = Math.round(scrollFor(latest.current, exact));
    own.current = pixels;
    box.current.scrollTop = pixels;
  };
  useImperativeHandle(handle, () => ({
    show: (line) => bring(rows.of(line) - height / rowHeight / 3),
  }));
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const resized = new ResizeObserver(() => setHeight(element.clientHeight));
    resized.observe(element);
    const wheel = (event: WheelEvent) => {
      if (!isScaled(latest.current) || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const pixels = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? rowHeight : height;
      bring(topNow.current + (event.deltaY * pixels) / rowHeight);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      resized.disconnect();
      element.removeEventListener("wheel", wheel);
    };
  }, []);
  const topNow = useRef(top);
  topNow.current = Math.min(top, lastTop(scrolled));
  const scroll = (event: Event) => {
    const { scrollTop } = event.currentTarget as HTMLElement;
    if (own.current !== null && Math.abs(scrollTop - own.current) <= 1) {
      own.current = null;
      return;
    }
    own.current = null;
    setTop(topRow(latest.current, scrollTop));
  };
  const press = (event: KeyboardEvent) => {
    const page = height / rowHeight - 2;
    const to = {
      ArrowDown: topNow.current + 1,
      ArrowUp: topNow.current - 1,
      PageDown: topNow.current + page,
      PageUp: topNow.current - page,
      " ": topNow.current + (event.shiftKey ? -page : page),
      Home: 0,
      End: rows.count,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    bring(to);
  };
  const first = Math.floor(topNow.current);
  const count = Math.min(rows.count - first, Math.ceil(height / rowHeight) + 1);
  const inSight = Array.from({ length: Math.max(0, count) }, (_, n) => rows.at(first + n));
  const told = inSight.flatMap((row) => (row.kind === "line" ? [row.line] : []));
  const [from, to] = [told[0], told.at(-1)];
  useEffect(() => {
    if (from !== undefined && to !== undefined) chunks.want(from, to);
  }, [chunks, from, to]);
  return (
    <section
      ref={box}
      class="console"
      tabIndex={0}
      aria-label={`Console, ${lines} lines`}
      onScroll={scroll}
      onKeyDown={press}
    >
      <div class="console-room" style={{ height: `${contentHeight(scrolled)}px` }}>
        <div class="console-sight" style={{ height: `${height}px` }}>
          <div
            class="console-rows"
            style={{ transform: `translateY(${-(topNow.current - first) * rowHeight}px)` }}
          >
            {inSight.map((row) =>
              row.kind === "fold" ? (
                <button
                  key={`fold ${row.fold.from}`}
                  type="button"
                  class="console-row console-fold"
                  onClick={() => open(row.fold)}
                >
                  ▸ {row.fold.name}, {(row.fold.to - row.fold.from + 1).toLocaleString("en-US")}{" "}
                  lines
                </button>
              ) : (
                <div
                  key={row.line}
                  class={`console-row${isIn(crashes, row.line) ? " crash-line" : ""}${
                    chosen !== null && isIn([chosen], row.line) ? " chosen-line" : ""
                  }${found === row.line ? " found-line" : ""}`}
                >
                  <a
                    class="line-number"
                    href={`#L${row.line}`}
                    aria-label={`Line ${row.line}`}
                    onClick={(event) => {
                      event.preventDefault();
                      choose(row.line, event.shiftKey);
                    }}
                  >
                    {row.line}
                  </a>
                  <code>
                    <LineText line={chunks.line(row.line) ?? ""} source={source} />
                  </code>
                </div>
              ),
            )}
          </div>
        </div>
      </div>
    </section>
  );
}

function isIn(ranges: readonly LineRange[], line: number): boolean {
  return ranges.some(({ from, to }) => line >= from && line <= to);
}
