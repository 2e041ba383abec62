import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { StripMark } from "../api/types.ts";
import { type Bars, barsOf, type Level, leastSuspected, topOf } from "./columns.ts";
import { type Palette, paint } from "./paint.ts";
import { paletteOf } from "./palette.ts";
import { type Belief, levelFor } from "./use-belief.ts";
import { moved, type Seen, towards, zoomed } from "./window.ts";

/** The part of the way that is left after each picture. */
const ease = 0.28;
/** Pixels that the pointer may move while it is pressed without pulling. */
const slack = 3;

/** What the canvas shows, and how what is seen is changed. */
export interface Shown {
  readonly goal: Seen;
  readonly setGoal: (next: Seen) => void;
  readonly belief: Belief;
  readonly marks: readonly StripMark[];
  readonly releases: readonly { readonly tag: string; readonly at: number }[];
  readonly commits: number;
}

/**
 * Keeps the canvas drawn: moves what is seen towards what should be, grows bars to their new heights, follows the wheel, the
 * pointer and the size. Nothing is drawn while nothing changes. Whoever wants no motion gets the end at once.
 */
export function useStripCanvas(ref: RefObject<HTMLCanvasElement | null>, shown: Shown) {
  const latest = useRef(shown);
  latest.current = shown;
  const [seen, setSeen] = useState(shown.goal);
  const [hover, setHover] = useState<number | null>(null);
  const [width, setWidth] = useState(1);
  const painter = useRef<Painter | null>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return;
    const own = new Painter(canvas, latest, { setSeen, setHover, setWidth });
    painter.current = own;
    return () => own.end();
  }, [ref]);
  // Whatever is shown anew is drawn anew.
  useEffect(
    () => painter.current?.wake(),
    [shown.goal, shown.belief, shown.marks, shown.releases, shown.commits],
  );
  return { seen, hover, width };
}

interface Told {
  readonly setSeen: (seen: Seen) => void;
  readonly setHover: (x: number | null) => void;
  readonly setWidth: (width: number) => void;
}

/** The part that lives outside of the components: one picture after the other, and what the pointer does. */
class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #shown: { readonly current: Shown };
  readonly #told: Told;
  readonly #abort = new AbortController();
  readonly #resized: ResizeObserver;
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  #palette: Palette;
  #frame = 0;
  #seen: Seen;
  #top = 1;
  #heights: Float64Array | undefined;
  #least: { readonly of: Level; readonly least: number } | null = null;
  #hover: number | null = null;
  #pulled: { readonly x: number; readonly seen: Seen } | null = null;

  constructor(canvas: HTMLCanvasElement, shown: { readonly current: Shown }, told: Told) {
    this.#canvas = canvas;
    this.#shown = shown;
    this.#told = told;
    this.#seen = shown.current.goal;
    this.#palette = paletteOf(document.body);
    this.#resized = new ResizeObserver(() => {
      this.#fit();
      this.#draw();
    });
    this.#resized.observe(canvas);
    const { signal } = this.#abort;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false, signal });
    canvas.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#point(event), { signal });
    canvas.addEventListener("pointerup", () => this.#release(), { signal });
    canvas.addEventListener("pointercancel", () => this.#release(), { signal });
    canvas.addEventListener("pointerleave", () => this.#leave(), { signal });
    const recolour = () => {
      this.#palette = paletteOf(document.body);
      this.wake();
    };
    addEventListener("firstbad:scheme", recolour, { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour, { signal });
    this.#fit();
    this.wake();
  }

  end(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#resized.disconnect();
    this.#abort.abort();
  }

  wake(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#step());
  }

  #step(): void {
    this.#frame = 0;
    if (this.#abort.signal.aborted) return;
    const { goal } = this.#shown.current;
    const next = this.#still.matches ? goal : towards(this.#seen, goal, ease);
    if (next.from !== this.#seen.from || next.to !== this.#seen.to) {
      this.#seen = next;
      this.#told.setSeen(next);
    }
    const isStill = this.#draw();
    if (!isStill || next !== goal) this.wake();
  }

  /** Draws; true once every bar has the height that it should have. */
  #draw(): boolean {
    const context = this.#canvas.getContext("2d");
    if (context === null) return true;
    const { belief, marks, releases, commits } = this.#shown.current;
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    const level = levelFor(belief, this.#seen);
    const bars: Bars =
      level === null
        ? { step: 1, from: 0, heights: new Float64Array(0) }
        : barsOf(level, this.#seen, width, this.#heights);
    this.#heights = bars.heights;
    const top = topOf(bars.heights);
    const part = this.#still.matches ? 1 : ease;
    this.#top = Math.abs(top - this.#top) < top * 0.01 ? top : this.#top + (top - this.#top) * part;
    const ratio = devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(context, {
      seen: this.#seen,
      width,
      height,
      bars,
      least: belief.whole === null ? 0 : this.#leastOf(belief.whole),
      top: this.#top,
      commits,
      marks,
      releases,
      hover: this.#hover,
      palette: this.#palette,
    });
    return this.#top === top;
  }

  #leastOf(whole: Level): number {
    if (this.#least?.of !== whole) this.#least = { of: whole, least: leastSuspected(whole) };
    return this.#least.least;
  }

  #fit(): void {
    const ratio = devicePixelRatio;
    this.#canvas.width = Math.max(1, Math.round(this.#canvas.clientWidth * ratio));
    this.#canvas.height = Math.max(1, Math.round(this.#canvas.clientHeight * ratio));
    this.#told.setWidth(Math.max(1, this.#canvas.clientWidth));
  }

  #wheel(event: WheelEvent): void {
    const { goal, setGoal, commits } = this.#shown.current;
    const isAside = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const pixels = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? 16 : 400;
    const next = isAside
      ? moved(goal, (event.deltaX * pixels) / this.#canvas.clientWidth, commits)
      : zoomed(
          goal,
          Math.exp(event.deltaY * pixels * 0.002),
          event.offsetX / this.#canvas.clientWidth,
          commits,
        );
    // At the end of the zoom the page scrolls on, so that nobody is caught above the strip.
    if (next.from === goal.from && next.to === goal.to) return;
    event.preventDefault();
    setGoal(next);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pulled = { x: event.offsetX, seen: this.#shown.current.goal };
  }

  #point(event: PointerEvent): void {
    const { setGoal, commits } = this.#shown.current;
    if (this.#pulled !== null && Math.abs(event.offsetX - this.#pulled.x) > slack) {
      const share = (this.#pulled.x - event.offsetX) / this.#canvas.clientWidth;
      setGoal(moved(this.#pulled.seen, share, commits));
      return;
    }
    this.#hover = Math.min(this.#canvas.clientWidth, Math.max(0, event.offsetX));
    this.#told.setHover(this.#hover);
    this.wake();
  }

  #release(): void {
    this.#pulled = null;
  }

  #leave(): void {
    this.#hover = null;
    this.#told.setHover(null);
    this.wake();
  }
}
