import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EventBody } from "../../src/event/index.ts";
import {
  openFileJournal,
  readFileJournal,
  readFirstEvent,
} from "../../src/journal/file-journal.ts";
import { startProgram } from "../process/start-program.ts";

let folder: string;
const events = () => join(folder, "events.ndjson");
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "firstbad-journal-"));
});
afterEach(() => rm(folder, { recursive: true }));

const bodies: EventBody[] = [
  { kind: "build-started", kernel: "0123456789ab" },
  { kind: "run-started", run: "0123456789ab#0", kernel: "0123456789ab" },
  { kind: "stopped", reason: "interrupted", message: "line\nbreaks and ünïcode\u2028 survive" },
];

async function write(...some: EventBody[]): Promise<void> {
  const journal = await openFileJournal(folder, () => new Date(0));
  for (const body of some) await journal.append(body);
  await journal.close();
}

describe("a journal in a folder", () => {
  test("gives back what was appended, in order, numbered", async () => {
    await write(...bodies.slice(0, 2));
    await write(...bodies.slice(2));
    const read = await readFileJournal(folder);
    expect(read.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(read.map(({ version, seq, at, ...body }) => body)).toEqual(bodies);
    expect(read[0]).toMatchObject({ version: 1, at: "1970-01-01T00:00:00.000Z" });
  });

  test("its first event is had without what follows, however long it is", async () => {
    const long: EventBody = {
      kind: "stopped",
      reason: "interrupted",
      message: "a".repeat(100_000),
    };
    expect(() => readFirstEvent(folder)).toThrow(
      expect.objectContaining({ code: "bisection-not-found" }),
    );
    await write(long, ...bodies);
    await appendFile(events(), "no event\n");
    expect(readFirstEvent(folder)).toMatchObject({ seq: 0, ...long });
    await truncate(events(), 90_000);
    expect(readFirstEvent(folder)).toBeNull();
  });

  test("keeps the order of appends that do not wait for each other", async () => {
    const journal = await openFileJournal(folder);
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        journal.append({ kind: "stopped", reason: `${n}`, message: "" }),
      ),
    );
    await journal.close();
    const reasons = (await readFileJournal(folder)).map(
      (event) => event.kind === "stopped" && event.reason,
    );
    expect(reasons).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`));
  });

  test("cut at any byte, it is read up to the last whole line and goes on from there", async () => {
    await write(...bodies);
    const whole = await readFile(events());
    const ends = [...whole.keys()].filter((at) => whole[at] === 0x0a).map((at) => at + 1);
    for (let bytes = 0; bytes <= whole.length; bytes++) {
      await writeFile(events(), whole.subarray(0, bytes));
      const kept = ends.filter((end) => end <= bytes).length;
      expect(await readFileJournal(folder)).toHaveLength(kept);
      await write({ kind: "stopped", reason: "after", message: "" });
      const after = await readFileJournal(folder);
      expect(after.map(({ seq }) => seq)).toEqual(Array.from({ length: kept + 1 }, (_, n) => n));
    }
  });

  test.each([
    ["not JSON", "{nonsense\n"],
    [
      "an unknown kind",
      '{"version":1,"seq":1,"at":"1970-01-01T00:00:00.000Z","kind":"surprise"}\n',
    ],
    [
      "a gap",
      '{"version":1,"seq":7,"at":"1970-01-01T00:00:00.000Z","kind":"build-started","kernel":"0123456789ab"}\n',
    ],
    [
      "a later version",
      '{"version":99,"seq":1,"at":"1970-01-01T00:00:00.000Z","kind":"build-started","kernel":"0123456789ab"}\n',
    ],
    [
      "an option for a kernel",
      '{"version":1,"seq":1,"at":"1970-01-01T00:00:00.000Z","kind":"build-started","kernel":"--exec"}\n',
    ],
  ])("says which line is damaged: %s", async (_, line) => {
    await write(bodies[0]!);
    await appendFile(events(), line);
    await expect(readFileJournal(folder)).rejects.toMatchObject({
      code: "journal-damaged",
      facts: { line: 2 },
    });
    await expect(openFileJournal(folder)).rejects.toMatchObject({ code: "journal-damaged" });
    await truncate(events(), 0);
    await write(bodies[0]!);
  });

  test("has one writer at a time, and any number of readers", async () => {
    const journal = await openFileJournal(folder);
    await journal.append(bodies[0]!);
    await expect(openFileJournal(folder)).rejects.toMatchObject({ code: "bisection-locked" });
    expect(await readFileJournal(folder)).toHaveLength(1);
    await journal.close();
    await write(bodies[1]!);
    expect(await readFileJournal(folder)).toHaveLength(2);
  });

  test("is free at once when its writer is killed", async () => {
    const module = JSON.stringify(join(import.meta.dirname, "../../src/journal/file-journal.ts"));
    const program = `import { openFileJournal } from ${module};
      await openFileJournal(process.argv[1]); console.log("held"); setInterval(() => {}, 1000);`;
    const holder = startProgram(process.execPath, ["--input-type=module", "-e", program, folder]);
    await once(holder.stdout, "data");
    await expect(openFileJournal(folder)).rejects.toMatchObject({ code: "bisection-locked" });
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await write(bodies[0]!);
  });

  test("a folder without a journal is no bisection", async () => {
    await expect(readFileJournal(join(folder, "none"))).rejects.toMatchObject({
      code: "bisection-not-found",
    });
  });
});
