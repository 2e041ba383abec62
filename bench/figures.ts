import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** What one round took. */
export interface Figure {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of processor time, of this process and of the programs that it started. */
  readonly cpu: number;
}

export async function measured(work: () => Promise<void>): Promise<Figure> {
  const cpu = processorTime();
  const begin = performance.now();
  await work();
  return { wall: (performance.now() - begin) / 1000, cpu: processorTime() - cpu };
}

/** Clock ticks of /proc/self/stat in a second. */
const ticks = 100;

/** Node counts itself only; the kernel also counts ended children. */
function processorTime(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  // Fields 14 to 17, user and system time of both; the second field may contain blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticks;
}

export function median(figures: readonly Figure[]): Figure {
  const middle = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  return { wall: middle(figures.map((f) => f.wall)), cpu: middle(figures.map((f) => f.cpu)) };
}

export function worst(figures: readonly Figure[]): Figure {
  return {
    wall: Math.max(...figures.map((f) => f.wall)),
    cpu: Math.max(...figures.map((f) => f.cpu)),
  };
}

export function words({ wall, cpu }: Figure): string {
  return `${wall.toFixed(3)} s wall, ${cpu.toFixed(2)} s CPU`;
}
