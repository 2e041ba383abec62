// One session of a bisection whose builds and runs take the milliseconds that its arguments say; with a
// third one it is begun below that folder, and only runs between the ends are slow. SLOW_POLICY: by which policy.
import { setTimeout as sleep } from "node:timers/promises";
import { driveToResult } from "../../src/cli/session.ts";
import { catchSignals } from "../../src/cli/signals.ts";
import { Failure } from "../../src/failure/failure.ts";
import { openRepository } from "../../src/history/repository.ts";
import { openFileJournal } from "../../src/journal/file-journal.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { createScriptedLab } from "../../src/simulate/scripted-lab.ts";
import { beginStory } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";

const [build = 0, run = 0] = process.argv.slice(2).map(Number);
const root = process.argv[4];
const files = 495;
const script = kernelsWith("a6", { rate: 0.8 });
const policy = process.env.SLOW_POLICY ?? "git";
const story = { history, crashes: "a9", clean: "a0", policy, script };
const lab = createScriptedLab(story.script);

async function pass(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((cause: unknown) => {
    throw new Failure("interrupted", "the slow lab was told to stop", { cause });
  });
}

const slow: Lab = {
  ...lab,
  async build(plan, control) {
    for (let done = 0; done < files; done += 55) {
      control.onProgress?.({ done, of: files });
      await pass((build * 55) / files, control.signal);
    }
    return lab.build(plan, control);
  },
  async run(plan, control) {
    const end = ["a0", "a9"].includes(history.name(plan.plan.commit));
    if (root === undefined || !end) await pass(run, control.signal);
    return lab.run(plan, control);
  },
};

const folder = await beginStory(story, root);
const signals = catchSignals();
process.exitCode = await driveToResult(
  {
    folder,
    journal: await openFileJournal(folder),
    lab: slow,
    repository: await openRepository(history.folder),
  },
  {},
  signals,
);
signals.release();
