import { type Command, InvalidArgumentError } from "commander";
import type { Bounds } from "../job/bounds.ts";
import { durationIn } from "../job/duration.ts";
import type { Override } from "../job/read.ts";

/** Flags that say how much a bisection may take, `none` as much as it needs. */
export interface BoundsFlags {
  readonly budget?: BudgetFlag;
  /** In seconds. A value of null is none to the reader of command lines. */
  readonly deadline?: number | "none";
}

/** What of a budget the flag speaks of. */
type BudgetFlag = Partial<Record<BudgetKey, number | null>>;
type BudgetKey = "builds" | "runs" | "machine-time";

export function withBoundsFlags(command: Command): Command {
  return command
    .option(
      "--budget <bounds>",
      "most kernels, runs, time: builds=20,runs=400,machine-time=5h; none: no bound",
      budgetIn,
    )
    .option(
      "--deadline <time>",
      "most time of work, such as 90m or 2h; none: no bound",
      (text) => timeIn(text) ?? "none",
    );
}

/** What goes over the job file's bounds. */
export function boundsOverrides({ budget = {}, deadline }: BoundsFlags): Override[] {
  const given: [readonly string[], number | null | undefined][] = [
    ...Object.entries(budget).map(([key, value]): [string[], number | null] => [
      ["budget", key],
      value,
    ]),
    [["deadline"], deadlineOf(deadline)],
  ];
  return given.flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, value: value ?? undefined }],
  );
}

/** The bounds from now on, where the flags say anything; what they do not speak of stays. */
export function boundsFrom(flags: BoundsFlags, before: Bounds | null): Bounds | null {
  const { budget, deadline } = flags;
  if (budget === undefined && deadline === undefined) return null;
  const given = (value: number | null | undefined, otherwise: number | null | undefined) =>
    value === undefined ? (otherwise ?? null) : value;
  return {
    builds: given(budget?.builds, before?.builds),
    runs: given(budget?.runs, before?.runs),
    machineSeconds: given(budget?.["machine-time"], before?.machineSeconds),
    deadline: given(deadlineOf(deadline), before?.deadline),
  };
}

function deadlineOf(deadline: BoundsFlags["deadline"]): number | null | undefined {
  return deadline === "none" ? null : deadline;
}

function budgetIn(text: string): BudgetFlag {
  if (text === "none") return { builds: null, runs: null, "machine-time": null };
  const budget: BudgetFlag = {};
  for (const part of text.split(",")) {
    const [key = "", value = ""] = part.split("=").map((word) => word.trim());
    switch (key) {
      case "builds":
      case "runs":
        budget[key] = countIn(value);
        break;
      case "machine-time":
        budget[key] = timeIn(value);
        break;
      default:
        throw new InvalidArgumentError(
          `expected builds=N, runs=N or machine-time=TIME, with commas between, got ${JSON.stringify(part)}`,
        );
    }
  }
  return budget;
}

function countIn(text: string): number | null {
  if (text === "none") return null;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected a whole number from 1 on, got ${JSON.stringify(text)}`);
}

function timeIn(text: string): number | null {
  if (text === "none") return null;
  const seconds = durationIn(text);
  if (seconds !== null) return seconds;
  throw new InvalidArgumentError(`expected a time such as 90m or 2h, got ${JSON.stringify(text)}`);
}
