import type { Costs } from "../reckoning.ts";
import { ancestorMass } from "./ancestor-mass.ts";
import type { Belief } from "./belief.ts";
import { bitsOf, entropy, forecastOf } from "./information.ts";
import type { Evidence } from "./kernels.ts";
import { ancestorsOf, type Lattice } from "./lattice.ts";
import { minutesOfBuilds, minutesOfRuns } from "./minutes.ts";

/** A kernel to run some more, and what that is worth. */
export interface Choice {
  readonly node: number;
  /** Runs beside those made. */
  readonly runs: number;
  /** Bits that it is expected to say about the culprit. */
  readonly bits: number;
  readonly bitsPerMinute: number;
}

/** What the choice goes by. */
export interface Outlook {
  readonly lattice: Lattice;
  readonly belief: Belief;
  readonly evidence: Evidence;
  /** The probability of each node to be testable. */
  readonly testable: Float64Array;
  readonly costs: Costs;
  /** Nodes that were tested or are being tested: not to be built. */
  readonly taken: ReadonlySet<number>;
  /** Nodes that are being tested. */
  readonly pending: ReadonlySet<number>;
  /** Nodes whose kernels need not be built. */
  readonly cached: ReadonlySet<number>;
}

/** Numbers of runs that are considered. */
const runOptions = [1, 2, 3, 4, 6, 10, 20, 40] as const;
/** Containing the culprit with a probability beyond these, a commit is not worth a build. */
const [leastMass, mostMass] = [0.003, 0.997];
/** The same for more runs of one that is built. */
const [leastMassBuilt, mostMassBuilt] = [0.0005, 0.9995];
/** Runs of one kernel after which no more are considered. */
const mostRunsOfKernel = 400;
/** Choices nearer to each other than this are equal: the lower node wins. */
const equalWithin = 1e-9;
/**
 * Bits that a build is worth which the checks at the end will need: the culprit and each of its parents
 * are tested there, so that testing them now spares a build, and a build is worth about one bit.
 */
const sparedBuild = 0.75;

/** Bits and the best number of runs, by the probability to contain the culprit, in steps of 1/128. */
interface Table {
  readonly bits: Float64Array;
  readonly runs: readonly number[];
  readonly minutes: Float64Array;
}
const tableSteps = 128;

/**
 * Bits that a kernel must say which need not be built, to be taken for as cheap as it is: one that says next to
 * nothing at no cost would be tried before all that bring the search on.
 */
const leastBitsReady = 0.05;

/** The new build that is worth most a minute, or null where none says anything. */
export function bestBuild(outlook: Outlook): Choice | null {
  const { belief, testable, cached, taken, lattice } = outlook;
  const built = tableFor(outlook, minutesOfBuilds(outlook.costs, 1));
  const ready = cached.size > 0 ? tableFor(outlook, 0) : built;
  const needed = neededAtEnd(lattice, belief.weight);
  let best: Choice | null = null;
  for (let node = 0; node < lattice.count; node++) {
    const mass = belief.mass[node] as number;
    if (mass <= leastMass || mass >= mostMass || testable[node] === 0 || taken.has(node)) continue;
    const share = testable[node] as number;
    const isReady = cached.has(node) && interpolate(ready.bits, mass) * share >= leastBitsReady;
    const table = isReady ? ready : built;
    const place = Math.round(mass * tableSteps);
    const bits = interpolate(table.bits, mass) * share;
    const value = bits + sparedBuild * share * (needed[node] as number);
    const bitsPerMinute = value / interpolate(table.minutes, mass);
    if (best === null || bitsPerMinute > best.bitsPerMinute * (1 + equalWithin)) {
      best = { node, runs: table.runs[place] as number, bits, bitsPerMinute };
    }
  }
  return best;
}

/** The probability of each node to be the culprit or one of its parents. */
function neededAtEnd({ count, parentStart, parents }: Lattice, weight: Float64Array): Float64Array {
  const needed = weight.slice();
  for (let i = 0; i < count; i++) {
    const end = parentStart[i + 1] as number;
    for (let k = parentStart[i] as number; k < end; k++) {
      const parent = parents[k] as number;
      needed[parent] = (needed[parent] as number) + (weight[i] as number);
    }
  }
  return needed;
}

function tableFor({ belief, costs }: Outlook, building: number): Table {
  const forecasts = runOptions.map((runs) =>
    forecastOf(belief.rates, { crashed: 0, clean: 0 }, runs, belief.cases),
  );
  const bits = new Float64Array(tableSteps + 1);
  const minutes = new Float64Array(tableSteps + 1);
  const runs: number[] = [];
  for (let place = 0; place <= tableSteps; place++) {
    let most = -1;
    for (const forecast of forecasts) {
      const said = bitsOf(forecast, place / tableSteps);
      const taken = building + minutesOfRuns(costs, forecast.runs);
      if (said / taken <= most * (1 + equalWithin)) continue;
      most = said / taken;
      bits[place] = said;
      minutes[place] = taken;
      runs[place] = forecast.runs;
    }
  }
  return { bits, minutes, runs };
}

function interpolate(values: Float64Array, at: number): number {
  const place = Math.min(tableSteps - 1, Math.floor(at * tableSteps));
  const share = at * tableSteps - place;
  return (1 - share) * (values[place] as number) + share * (values[place + 1] as number);
}

/**
 * The kernel that was run already and is worth most a minute when run some more, or null.
 *
 * More runs are at least as many as were made, or 40: choosing a few again and again, each time as if
 * they were the last, would take a minute each time for what one batch says.
 */
export function bestRuns({ belief, evidence, testable, pending, costs }: Outlook): Choice | null {
  let best: Choice | null = null;
  const built = [
    ...evidence.kernels.map((kernel) => ({ ...kernel, node: kernel.nodes[0] as number })),
    ...evidence.unclear.map((kernel) => ({ ...kernel, crashed: 0, clean: 0 })),
  ].sort((a, b) => a.node - b.node);
  for (const { node, crashed, clean, silent } of built) {
    const mass = belief.mass[node] as number;
    const made = crashed + clean + silent;
    if (pending.has(node)) continue;
    if (mass <= leastMassBuilt || mass >= mostMassBuilt || made >= mostRunsOfKernel) continue;
    const speaking = ((crashed + clean + 0.5) / (made + 0.5)) * (testable[node] as number);
    for (const runs of runOptions) {
      if (runs < Math.min(40, made)) continue;
      const minutes = minutesOfRuns(costs, runs);
      const atMost = (entropy(mass) * speaking) / minutes;
      if (best !== null && atMost <= best.bitsPerMinute) continue;
      const bits =
        bitsOf(forecastOf(belief.rates, { crashed, clean }, runs, belief.cases), mass) * speaking;
      const bitsPerMinute = bits / minutes;
      if (best === null || bitsPerMinute > best.bitsPerMinute * (1 + equalWithin)) {
        best = { node, runs, bits, bitsPerMinute };
      }
    }
  }
  return best;
}

/**
 * Bits that one more commit must add to be built beside others that begin with it, and beside those that
 * were begun before: their answers will soon say better what to build.
 */
const leastBitsBeside = { atOnce: 0.05, later: 0.25 };
/** Parts that the suspects are told apart into, beyond which no more commits are added. */
const mostParts = 64;

/**
 * More commits to build beside `chosen` and those under test, at most `most` in all: as many as make the
 * most bits a minute together. Each is the one that tells apart best what the others leave together.
 */
export function besides(
  outlook: Outlook,
  chosen: readonly Choice[],
  most: number,
): readonly Choice[] {
  const { lattice, belief, pending, costs } = outlook;
  let parts: Float64Array[] = [belief.weight];
  for (const node of pending) parts = divide(outlook, parts, node);
  let bits = bitsOfParts(parts);
  for (const { node } of chosen) parts = divide(outlook, parts, node);
  const taken = new Set([...outlook.taken, ...chosen.map(({ node }) => node)]);
  const needed = neededAtEnd(lattice, belief.weight);
  const all = [...chosen];
  bits += all.reduce((sum, choice) => sum + choice.bits, 0);
  let best: readonly Choice[] = all.slice();
  let bestRate = rate(costs, all, pending.size, bits);
  const table = tableFor(outlook, minutesOfBuilds(costs, 1));
  const least = pending.size > 0 ? leastBitsBeside.later : leastBitsBeside.atOnce;
  while (all.length + pending.size < most && parts.length <= mostParts) {
    const next = bestBeside(outlook, parts, taken, needed);
    if (next === null || next.bits < least) break;
    const place = Math.round((belief.mass[next.node] as number) * tableSteps);
    const runs = table.runs[Math.min(tableSteps - 1, Math.max(1, place))] as number;
    all.push({ node: next.node, runs, bits: next.bits, bitsPerMinute: 0 });
    taken.add(next.node);
    bits += next.bits;
    parts = divide(outlook, parts, next.node);
    const now = rate(costs, all, pending.size, bits);
    if (now > bestRate) {
      best = all.slice();
      bestRate = now;
    }
  }
  return best;
}

/** Bits a minute of all these and `others` that were begun before: where builds share a machine, each slows the others. */
function rate(costs: Costs, choices: readonly Choice[], others: number, bits: number): number {
  if (choices.length + others === 0) return 0;
  const least = minutesOfRuns(costs, 1);
  const runs = Math.max(least, ...choices.map((choice) => minutesOfRuns(costs, choice.runs)));
  return bits / (minutesOfBuilds(costs, choices.length + others) + runs);
}

/** What it says in which of some parts the culprit is. */
function bitsOfParts(parts: readonly Float64Array[]): number {
  const masses = parts.map((part) => part.reduce((sum, weight) => sum + weight, 0));
  return masses.reduce((sum, mass) => (mass > 0 ? sum - mass * Math.log2(mass) : sum), 0);
}

function bestBeside(
  { lattice, testable }: Outlook,
  parts: readonly Float64Array[],
  taken: ReadonlySet<number>,
  needed: Float64Array,
): { node: number; bits: number } | null {
  const gains = new Float64Array(lattice.count);
  const inside = new Float64Array(lattice.count);
  for (const part of parts) {
    const whole = part.reduce((sum, weight) => sum + weight, 0);
    if (whole <= 0) continue;
    ancestorMass(lattice, part, inside);
    for (let i = 0; i < gains.length; i++) {
      const share = Math.min(1, (inside[i] as number) / whole);
      gains[i] = (gains[i] as number) + whole * entropy(share);
    }
  }
  let best: { node: number; bits: number } | null = null;
  let most = 0;
  for (let node = 0; node < gains.length; node++) {
    const share = testable[node] as number;
    if (share === 0 || taken.has(node)) continue;
    const gain = (gains[node] as number) * share;
    const value = gain + sparedBuild * share * (needed[node] as number);
    if (value <= most * (1 + equalWithin)) continue;
    most = value;
    best = { node, bits: gain };
  }
  return best;
}

/** Each part in two: what `node` contains of it and what not; parts without weight are left out. */
function divide(
  { lattice }: Outlook,
  parts: readonly Float64Array[],
  node: number,
): Float64Array[] {
  const contained = ancestorsOf(lattice, node);
  return parts.flatMap((part) => {
    const inside = part.map((weight, i) => (contained[i] === 1 ? weight : 0));
    const outside = part.map((weight, i) => (contained[i] === 1 ? 0 : weight));
    return [inside, outside].filter((half) => half.some((weight) => weight > 0));
  });
}
