import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { BisectionEvent } from "../../src/event/index.ts";

/** A copy of a bisection's folder whose journal was cut after `count` events. */
export async function cutAfter(whole: string, count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-cut-"));
  await cp(whole, folder, { recursive: true });
  const lines = (await readFile(join(whole, "events.ndjson"), "utf8")).split("\n");
  await writeFile(
    join(folder, "events.ndjson"),
    lines
      .slice(0, count)
      .map((line) => `${line}\n`)
      .join(""),
  );
  return folder;
}

/** Fails where a run was begun again, or finished twice, after it was finished. */
export function expectNothingRepeated(events: readonly BisectionEvent[]): void {
  const finished = new Set<string>();
  for (const event of events) {
    if (event.kind === "run-started") expect(finished).not.toContain(event.run);
    if (event.kind === "run-finished") {
      expect(finished).not.toContain(event.run);
      finished.add(event.run);
    }
  }
}
