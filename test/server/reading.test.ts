import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFileJournal } from "../../src/journal/file-journal.ts";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { Messages, newHome, started } from "./started.ts";

const story = { history, crashes: "a9", clean: "a0", script: kernelsWith("a6", { rate: 1 }) };

async function idOf(folder: string): Promise<string> {
  return folder.split("/").at(-1) ?? "";
}

test("a bisection is listed, and read whole", async () => {
  const home = newHome();
  const folder = await beginStory(story, join(home, "bisections"));
  await goOn(story, folder);
  const id = await idOf(folder);
  const { json, ask } = await started(home);
  await expect.poll(async () => (await json("/api/bisections")).total, { timeout: 20_000 }).toBe(1);
  const list = await json("/api/bisections?q=nothing-has-this");
  expect(list).toMatchObject({ total: 0, entries: [] });
  const { seq, view } = await json(`/api/bisections/${id}`);
  const lines = readFileSync(join(folder, "events.ndjson"), "utf8");
  expect(seq).toBe(lines.split("\n").length - 2);
  expect(view.version).toBe(1);
  const events = await ask(`/api/bisections/${id}/events`);
  const parsed = (text: string) =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  expect(parsed(await events.text())).toEqual(parsed(lines));
});

test("a watcher hears of each event once and in order, also one that comes back", async () => {
  const home = newHome();
  const folder = await beginStory(story, join(home, "bisections"));
  const id = await idOf(folder);
  const { ask } = await started(home);
  const first = new Messages(await ask(`/api/bisections/${id}/events?follow=1`));
  const seen = [(await first.next())?.id];
  const going = goOn(story, folder);
  for (let n = 0; n < 5; n++) seen.push((await first.next())?.id);
  await first.close();
  expect(seen).toEqual(["0", "1", "2", "3", "4", "5"]);
  await going;
  const all = readFileSync(join(folder, "events.ndjson"), "utf8").split("\n").slice(0, -1);
  const again = new Messages(
    await ask(`/api/bisections/${id}/events?follow=1`, { headers: { "last-event-id": "5" } }),
  );
  for (let seq = 6; seq < all.length; seq++) {
    const message = await again.next();
    expect(message?.id).toBe(String(seq));
    expect(message?.data).toEqual(JSON.parse(all[seq] ?? ""));
  }
  await again.close();
});

test("an unfinished last line is waited for", async () => {
  const home = newHome();
  const folder = await beginStory(story, join(home, "bisections"));
  const id = await idOf(folder);
  const { ask, json } = await started(home);
  const path = join(folder, "events.ndjson");
  const before = (await json(`/api/bisections/${id}`)).seq;
  const line = JSON.stringify({
    ...{ version: 1, seq: before + 1, at: new Date().toISOString() },
    ...{ kind: "stopped", reason: "interrupted", message: "é" },
  });
  const bytes = Buffer.from(`${line}\n`);
  const watcher = new Messages(
    await ask(`/api/bisections/${id}/events?follow=1`, {
      headers: { "last-event-id": String(before) },
    }),
  );
  // In the middle of a character.
  appendFileSync(path, bytes.subarray(0, -5));
  expect((await json(`/api/bisections/${id}`)).seq).toBe(before);
  appendFileSync(path, bytes.subarray(-5));
  expect((await watcher.next())?.data).toMatchObject({ kind: "stopped", message: "é" });
  await watcher.close();
});

test("a live view has all parts first, and then those that changed; one that comes back misses nothing", async () => {
  const home = newHome();
  const folder = await beginStory(story, join(home, "bisections"));
  const id = await idOf(folder);
  const { ask, json } = await started(home);
  const live = (lastId?: string) =>
    ask(`/api/bisections/${id}/live`, lastId ? { headers: { "last-event-id": lastId } } : {});
  const watcher = new Messages(await live());
  const first = await watcher.next();
  const { view } = await json(`/api/bisections/${id}`);
  expect(Object.keys(first?.data.parts)).toEqual(Object.keys(view));
  const journal = await openFileJournal(folder);
  await journal.append({ kind: "stopped", reason: "interrupted", message: "" });
  await journal.close();
  const parts = { ...first?.data.parts };
  let last = first;
  const until = async (messages: Messages, seq: number) => {
    while (last?.data.seq !== seq) {
      last = await messages.next();
      Object.assign(parts, last?.data.parts);
      expect(last?.data.parts).not.toHaveProperty("version");
    }
  };
  await until(watcher, journal.events.length - 1);
  await watcher.close();
  await goOn(story, folder);
  const whole = await json(`/api/bisections/${id}`);
  const again = new Messages(await live(last?.id ?? ""));
  await until(again, whole.seq);
  await again.close();
  expect(parts).toEqual((await json(`/api/bisections/${id}`)).view);
  const unknown = new Messages(await live("0123456789ab-3"));
  expect(Object.keys((await unknown.next())?.data.parts)).toEqual(Object.keys(view));
  await unknown.close();
});

test("the list tells what changes, and what has changed since it was read", async () => {
  const home = newHome();
  const { ask, json } = await started(home);
  const { seq } = await json("/api/bisections");
  const folder = await beginStory(story, join(home, "bisections"));
  const id = await idOf(folder);
  await expect.poll(async () => (await json("/api/bisections")).total, { timeout: 20_000 }).toBe(1);
  const watcher = new Messages(await ask(`/api/bisections/live?after=${seq}`));
  const message = await watcher.next();
  expect(message).toMatchObject({ event: "entry", data: { id } });
  expect(Number(message?.id)).toBeGreaterThan(seq);
  await watcher.close();
});

test("a run names the step that repeats it, as its row does", async () => {
  const home = newHome();
  const folder = await beginStory(story, join(home, "bisections"));
  await goOn(story, folder);
  const { json } = await started(home);
  const { view } = await json(`/api/bisections/${await idOf(folder)}`);
  const rows = view.steps.filter(({ n }: { n: number | null }) => n !== null);
  expect(rows.length).toBeGreaterThan(3);
  for (const { kernel, n, runs } of rows) {
    const [, number] = runs[0].run.split("#");
    const path = `/api/bisections/${view.head.id}/runs/${kernel}-${number}`;
    const latest = rows.findLast((row: { kernel: string }) => row.kernel === kernel);
    const command = `firstbad reproduce ${view.head.id} ${latest.n}`;
    expect((await json(path)).reproduce, `of step ${n}`).toBe(command);
  }
});
