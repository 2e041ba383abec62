import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { consolePathOf } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { beginStory, goOn, type Story } from "../bisection/drive-story.ts";
import { longHistory, longKernels } from "../bisection/long-history.ts";

/** Markup where only text belongs: were it taken for markup, it would tell. */
export const hostile = `<img src=x onerror="window.taken=true"><script>window.taken=true</script>`;

/** A story of some 180 commits with merges, of which `n77` brought the bug. */
export const longStory: Story = {
  history: longHistory,
  crashes: "n119",
  clean: "n0",
  policy: "adaptive",
  script: longKernels("n77", { rate: 1 }),
};

/**
 * A bisection in `home` that has come to its end, each run with a console, which `consoleText` makes: absent, a boot that
 * is long enough to be folded, hostile text, a crash with places in source files.
 */
export async function toldStory(
  home: string,
  story: Story = longStory,
  consoleText: (crashes: boolean) => string = bootText,
): Promise<string> {
  const folder = await beginStory(story, join(home, "bisections"));
  await goOn(story, folder);
  await writeConsoles(folder, consoleText);
  return folder;
}

async function writeConsoles(
  folder: string,
  consoleText: (crashes: boolean) => string,
): Promise<void> {
  for (const event of await readFileJournal(folder)) {
    if (event.kind !== "run-finished") continue;
    const path = join(folder, consolePathOf(event.run));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, consoleText(event.outcome === "crashed"));
  }
}

function bootText(crashes: boolean): string {
  const boot = Array.from(
    { length: 80 },
    (_, n) => `[    0.${String(n).padStart(6, "0")}] boot ${n}`,
  );
  const text = [...boot, `[    1.000000] \x1b[31mcomm="${hostile}"\x1b[0m`];
  if (crashes) {
    text.push(
      "[    2.000000] ==================================================================",
      "[    2.000001] BUG: KASAN: use-after-free in eat_me+0x10/0x20 net/pond.c:12",
      "[    2.000002] Read of size 8 at addr 0000000061a0f000 by task repro/40",
      "[    2.000003] Call Trace:",
      "[    2.000004]  eat_me+0x10/0x20 net/pond.c:12",
      "[    2.000005]  feed+0x20/0x40 net/pond.c:40",
      "[    2.000006] ==================================================================",
    );
  }
  return `${text.join("\n")}\n`;
}

/** Holds a story up: it goes on for as many more events as it is let. */
export class Gate {
  #left: number;
  #go: (() => void)[] = [];

  constructor(events: number) {
    this.#left = events;
  }

  /** So many more events may happen. */
  let(events: number): void {
    this.#left += events;
    for (const go of this.#go.splice(0)) go();
  }

  readonly wrap = (journal: Journal): Journal => ({
    get events() {
      return journal.events;
    },
    append: async (body) => {
      while (this.#left <= 0) await new Promise<void>((go) => this.#go.push(go));
      this.#left--;
      return journal.append(body);
    },
    close: () => journal.close(),
  });
}
