import { probabilityText } from "../views/words.ts";
import type { Bars } from "./columns.ts";
import { apart, fitting } from "./names.ts";
import type { Seen } from "./window.ts";

/** The colours of the picture, as the page has them now. */
export interface Palette {
  readonly accent: string;
  readonly soft: string;
  readonly line: string;
  readonly quiet: string;
  readonly text: string;
  readonly bad: string;
  readonly good: string;
  readonly untestable: string;
  readonly surface: string;
  readonly font: string;
}

/** A tested commit on the axis. */
export interface Mark {
  readonly at: number;
  readonly verdict: "before" | "after" | "untestable" | null;
}

/** One picture of the strip, sizes in pixels of the page. */
export interface Picture {
  readonly seen: Seen;
  readonly width: number;
  readonly height: number;
  readonly bars: Bars;
  /** The belief in a commit from which on it counts as suspected. */
  readonly least: number;
  /** What a bar of full height stands for. */
  readonly top: number;
  readonly commits: number;
  readonly marks: readonly Mark[];
  readonly releases: readonly { readonly tag: string; readonly at: number }[];
  /** Where the pointer is; null: elsewhere. */
  readonly hover: number | null;
  readonly palette: Palette;
}

/** A bar with so much of the belief is never thinner than can be seen, and the highest is told with so much. */
const [wideFrom, toldFrom] = [0.01, 0.05];

/** Room for the names of releases above, and for the marks below the axis. */
const [headRoom, footRoom] = [20, 28];
/** Marks stand at least so far apart, as far as there is room. */
const markWidth = 14;

/** Draws one picture over whatever was there. Takes time by the width, not by the number of commits. */
export function paint(context: CanvasRenderingContext2D, picture: Picture): void {
  const { width, height, palette } = picture;
  context.clearRect(0, 0, width, height);
  context.font = palette.font;
  context.textBaseline = "middle";
  paintSuspects(context, picture);
  paintReleases(context, picture);
  paintBars(context, picture);
  paintAxis(context, picture);
  paintMarks(context, picture);
  if (picture.hover !== null) {
    context.fillStyle = palette.quiet;
    context.fillRect(Math.round(picture.hover), headRoom, 1, height - headRoom - footRoom);
  }
}

/** The pixel at which a place is. */
function pixelOf(place: number, seen: Seen, width: number): number {
  return ((place - seen.from) / (seen.to - seen.from)) * width;
}

/** The marks in sight: at which pixel the commit is, and at which there is room for its mark. */
export function placedMarks<M extends Mark>(
  marks: readonly M[],
  seen: Seen,
  width: number,
): (M & { readonly x: number; readonly shown: number })[] {
  const inSight = marks
    .map((mark) => ({ ...mark, x: pixelOf(mark.at + 0.5, seen, width) }))
    .filter(({ x }) => x >= -8 && x <= width + 8)
    .toSorted((a, b) => a.x - b.x);
  const places = apart(
    inSight.map(({ x }) => x),
    markWidth,
    width,
  );
  return inSight.map((mark, n) => ({ ...mark, shown: places[n] as number }));
}

/** Where commits are suspected, the ground is tinted: what is as good as ruled out is seen to be gone. */
function paintSuspects(context: CanvasRenderingContext2D, picture: Picture): void {
  const { seen, width, height, bars, palette } = picture;
  // A little less, so that a sum over parts of columns is not below the column's own.
  const least = Math.max(1e-9, picture.least * bars.step * 0.98);
  context.fillStyle = palette.soft;
  const each = (bars.step / (seen.to - seen.from)) * width;
  const start = pixelOf(bars.from, seen, width);
  const tall = height - headRoom - footRoom;
  for (let n = 0; n < bars.heights.length; n++) {
    if (!((bars.heights[n] as number) >= least)) continue;
    let to = n + 1;
    while (to < bars.heights.length && (bars.heights[to] as number) >= least) to++;
    context.fillRect(start + n * each, headRoom, Math.max(1, (to - n) * each), tall);
    n = to;
  }
}

function paintBars(context: CanvasRenderingContext2D, picture: Picture): void {
  const { seen, width, height, bars, top, palette } = picture;
  const each = (bars.step / (seen.to - seen.from)) * width;
  const start = pixelOf(bars.from, seen, width);
  const ground = height - footRoom;
  const tall = ground - headRoom - 4;
  // Bars that are wide enough stand apart, so that commits can be counted.
  const gap = each >= 4 ? 1 : 0;
  let highest = 0;
  context.fillStyle = palette.accent;
  context.beginPath();
  for (let n = 0; n < bars.heights.length; n++) {
    const share = bars.heights[n] as number;
    if (share <= 1e-9) continue;
    const bar = Math.sqrt(Math.min(1, share / top)) * tall;
    const wide = Math.max(share >= wideFrom ? 3 : 1, each - gap);
    // What is widened to be seen stays in the middle of its place.
    context.rect(start + n * each - Math.max(0, wide - each) / 2, ground - bar, wide, bar);
    if (share > (bars.heights[highest] as number)) highest = n;
  }
  context.fill();
  const most = bars.heights[highest] ?? 0;
  if (most < toldFrom) return;
  const x = start + (highest + 0.5) * each;
  const isRight = x > width - 60;
  context.fillStyle = palette.text;
  context.textAlign = isRight ? "right" : "left";
  const y = Math.max(headRoom + 9, ground - Math.sqrt(most / top) * tall + 6);
  context.fillText(probabilityText(most), x + (isRight ? -8 : 8), y);
  context.textAlign = "left";
}

function paintReleases(context: CanvasRenderingContext2D, picture: Picture): void {
  const { seen, width, height, releases, palette } = picture;
  const inSight = releases
    .filter(({ at }) => at >= seen.from && at < seen.to)
    .map(({ tag, at }) => ({ text: tag, x: pixelOf(at, seen, width) }));
  const names = fitting(inSight, width, (text) => context.measureText(text).width + 5);
  context.fillStyle = palette.line;
  for (const { x } of names) context.fillRect(Math.round(x), 2, 1, height - footRoom - 2);
  context.fillStyle = palette.quiet;
  for (const { text, x } of names) context.fillText(text, Math.round(x) + 5, 9);
}

function paintAxis(context: CanvasRenderingContext2D, picture: Picture): void {
  const { width, height, palette, top, bars } = picture;
  context.fillStyle = palette.quiet;
  context.fillRect(0, height - footRoom, width, 1);
  if (bars.heights.length === 0) return;
  const text = `▔ ${Number(top.toPrecision(2))} a bar`;
  context.textAlign = "right";
  context.fillText(text, width - 2, headRoom + 9);
  context.textAlign = "left";
}

function paintMarks(context: CanvasRenderingContext2D, picture: Picture): void {
  const { seen, width, height, marks, palette } = picture;
  const y = height - footRoom / 2 + 1;
  const placed = placedMarks(marks, seen, width);
  for (const { x, shown, verdict } of placed) {
    // A stroke from where it is to where there was room for it.
    context.strokeStyle = palette.quiet;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, height - footRoom);
    context.lineTo(Math.round(shown) + 0.5, y - 6);
    context.stroke();
    paintMark(context, shown, y, verdict, palette);
  }
}

/** A shape for each verdict, with a rim so that those that overlap stay apart. */
function paintMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  verdict: Mark["verdict"],
  palette: Palette,
): void {
  context.beginPath();
  context.lineWidth = 2;
  context.strokeStyle = palette.surface;
  switch (verdict) {
    case "after":
      context.fillStyle = palette.bad;
      context.moveTo(x, y - 6);
      context.lineTo(x + 6, y + 5);
      context.lineTo(x - 6, y + 5);
      context.closePath();
      break;
    case "before":
      context.fillStyle = palette.good;
      context.arc(x, y, 5.2, 0, 2 * Math.PI);
      break;
    case "untestable":
      context.strokeStyle = palette.untestable;
      context.moveTo(x - 4, y - 4);
      context.lineTo(x + 4, y + 4);
      context.moveTo(x + 4, y - 4);
      context.lineTo(x - 4, y + 4);
      context.stroke();
      return;
    default:
      context.strokeStyle = palette.accent;
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.stroke();
      return;
  }
  context.stroke();
  context.fill();
}
