import type { AppliedBackport, EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { plainLine, type RepairSummary, type Summary } from "../syzbot/index.ts";
import { builtNoun, commitText, plural } from "./words.ts";

/** A fix as people name it: the short hash and its title. */
export function fixText({ fix, title }: Pick<AppliedBackport, "fix" | "title">): string {
  return `${shortHash(fix)} ("${plainLine(title)}")`;
}

/** What a search for a fix is about. */
export function soughtText({ how }: EventOf<"repair-begun">): string {
  return how === "build" ? "a fix for the build" : "a fix for the boot";
}

/** How a search for a fix ended, or that it goes on. */
export function repairText({ begun, found, ended }: RepairSummary): string {
  if (ended === null) return `${soughtText(begun)} is searched`;
  const what = begun.how === "build" ? "the build" : "the boot";
  const fixes = ended.fixes.map(fixText).join(", ");
  switch (ended.result) {
    case "repaired":
      return `${fixes} repairs ${what}: ${plainLine(ended.why)}`;
    case "partly":
      return `${fixes || "what was found"} repairs ${what} of later commits: ${plainLine(ended.why)}`;
    case "given-up": {
      const seen = found.length === 0 ? "" : `, found ${found.map(fixText).join(", ")}`;
      return `no fix for ${what} is used${seen}: ${plainLine(ended.why)}`;
    }
    default:
      return ended.result satisfies never;
  }
}

/** The fixes that kernels were built with, one line each: what it is for, and of how many it is part. */
export function appliedLines(summary: Summary): string[] {
  const built = [...summary.kernels.values()].filter(({ build }) => build?.kind === "built");
  const applied = new Map<string, { readonly one: AppliedBackport; kernels: number }>();
  for (const { backports } of built) {
    for (const one of backports) {
      const known = applied.get(one.fix);
      if (known === undefined) applied.set(one.fix, { one, kernels: 1 });
      else known.kernels += 1;
    }
  }
  return [...applied.values()].map(({ one, kernels }) => {
    const count = plural(kernels, builtNoun(summary));
    return `${count} built with ${fixText(one)} applied${whyApplied(summary, one)}`;
  });
}

function whyApplied(summary: Summary, { fix, source }: AppliedBackport): string {
  const doubt = summary.doubted.get(fix);
  if (doubt !== undefined) return `, which counts no more: ${plainLine(doubt)}`;
  if (source === "known") {
    const started = summary.started?.kind === "started" ? summary.started : null;
    const why = started?.backports?.find((known) => known.fix === fix)?.why ?? null;
    return why === null ? "" : `: ${plainLine(why)}`;
  }
  const repair = summary.repairs.find(({ found }) => found.some((one) => one.fix === fix));
  if (repair === undefined) return "";
  const { how, commit } = repair.begun;
  return `, which repairs the ${how}, broken at ${commitText(summary, commit)}`;
}
