import { aboutText, goalOf, repoOf } from "../report/asked.ts";
import { resumeCommand } from "../report/conclusion.ts";
import { builtNoun, idOf, verdictText } from "../report/words.ts";
import { plainLine } from "../syzbot/index.ts";
import { named, namedOrNull, type Scene, standing } from "./scene.ts";
import type { BisectionView } from "./schema.ts";

/** What it is, what was asked, and where it stands. */
export function headOf(scene: Scene): BisectionView["head"] {
  const { summary, around, events } = scene;
  const { started, bug, sessions } = summary;
  const own = started?.kind === "started" ? started : null;
  const heard = sessions.at(-1)?.to;
  return {
    id: idOf(summary),
    ...standing(summary, around),
    running: around.running,
    title: plainLine(bug?.title ?? ""),
    titles: bug?.titles.map(plainLine) ?? [],
    about: aboutText(summary),
    find: started?.find ?? "cause",
    goal: goalOf(summary),
    target: own?.target ?? "kernel",
    noun: builtNoun(summary),
    policy: plainLine(own?.policy ?? ""),
    wanted: own?.confidence ?? null,
    arch: plainLine(own?.arch ?? ""),
    machine: plainLine(own?.machine ?? ""),
    host: plainLine(own?.host.name ?? ""),
    repo: plainLine(repoOf(summary)),
    crashes: started === null ? null : crashesOf(scene, started.crashes),
    clean: namedOrNull(scene, own?.clean?.hash),
    until: namedOrNull(scene, summary.head?.hash),
    terms: {
      before: verdictText(summary, "before"),
      after: verdictText(summary, "after"),
      untestable: verdictText(summary, "untestable"),
    },
    begun: events[0]?.at ?? null,
    heard: heard === undefined ? null : new Date(heard).toISOString(),
    rate: bug === null ? null : { crashed: bug.crashed, of: bug.of },
    resumeCommand: resumeCommand(summary),
  };
}

/** A log of others may know it by a name alone. */
function crashesOf(scene: Scene, { hash, name }: { hash: string; name: string }) {
  const known = named(scene, hash);
  const given = hash.startsWith(name) ? null : plainLine(name);
  return { ...known, hash: plainLine(hash), name: known.name ?? given };
}
