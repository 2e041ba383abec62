import { compilingTexts, testedText } from "../report/at-work.ts";
import { etaOf, etaText } from "../report/eta.ts";
import { stageText } from "../report/words.ts";
import { bisectingLines, plainLine } from "../syzbot/index.ts";
import { hasPlace, kernelOfRun, namedOrNull, runsFor, type Scene } from "./scene.ts";
import type { BisectionView } from "./schema.ts";

type Now = NonNullable<BisectionView["now"]>;

/** What happens now; null once it is concluded, and while nobody is at work. */
export function nowOf(scene: Scene): BisectionView["now"] {
  const { summary, around } = scene;
  const { probe } = summary;
  if (summary.concluded !== null || !around.running) return null;
  const eta = etaOf(summary, around.now);
  const label = probe?.label === probe?.probes[0]?.commit ? null : (probe?.label ?? null);
  return {
    stage: probe === null ? "" : stageText(summary, probe.stage, label),
    text: testedText(summary),
    why: plainLine(summary.minimising?.open?.why ?? probe?.why ?? ""),
    git: gitSentence(scene),
    work: workOf(scene),
    eta: eta && { text: etaText(eta), seconds: eta.seconds, steps: eta.steps },
  };
}

function gitSentence({ summary: { probe } }: Scene): string | null {
  const [first] = probe?.probes ?? [];
  if (probe?.stage !== "search" || probe.left === null || first === undefined) return null;
  return bisectingLines(probe.left, first.commit, "")[0] ?? null;
}

function workOf(scene: Scene): Now["work"] {
  const { summary, around } = scene;
  const commitOf = (kernel: string) =>
    namedOrNull(scene, summary.kernels.get(kernel)?.commit ?? null);
  return [
    ...[...summary.building].map(([kernel, since]) => ({
      kind: "build" as const,
      id: kernel,
      commit: commitOf(kernel),
      since: new Date(since).toISOString(),
      text: hasPlace(scene, kernel)
        ? (compilingTexts(around.compiled?.get(kernel))[0] ?? "")
        : waiting,
    })),
    ...[...summary.running].map(([run, since]) => ({
      kind: "run" as const,
      id: run,
      commit: commitOf(kernelOfRun(run)),
      since: new Date(since).toISOString(),
      text: hasPlace(scene, run) ? runningText(scene, kernelOfRun(run)) : waiting,
    })),
  ];
}

/** Other bisections have the places of the machine. */
const waiting = "waits for its turn";

function runningText(scene: Scene, kernel: string): string {
  const { probe, added } = scene.summary;
  const open = probe?.probes.find((one) => one.kernel === kernel)?.runs ?? 0;
  const asked = Math.max(open, added.get(kernel)?.runs ?? 0);
  return asked === 0 ? "running" : `running, ${runsFor(scene, kernel).length} of ${asked} done`;
}
