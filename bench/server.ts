// What a server takes: node bench/server.ts [LISTED] [RUNNING] [WATCHERS] [SECONDS]. Prints one figure a line:
// how long after an event its message is with 50 watchers while 20 bisections run (a scripted lab), and how long after the
// end of a run two browsers among them show it, the list of 10,000 bisections, its memory with all that, and how long it takes to start again.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { beginStory, goOn } from "../test/bisection/drive-story.ts";
import { history, kernelsWith } from "../test/bisection/kernels.ts";
import { program } from "../test/cli/firstbad.ts";
import { scriptedEnv } from "../test/cli/scripted/scripted-job.ts";
import { openChromium } from "../test/pages/chromium.ts";
import { sentJob } from "../test/server/server-process.ts";
import { runAddress } from "../web/views/links.ts";
import { watchScreen } from "./pages/on-screen.ts";

const [listed = 10_000, running = 20, watchers = 50, seconds = 30] = process.argv
  .slice(2)
  .map(Number);
const home = mkdtempSync(join(tmpdir(), "firstbad-bench-server-"));
const root = join(home, "bisections");
mkdirSync(root);

const percentile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
const say = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`);
function sayDelays(what: string, delays: readonly number[]): void {
  say(`${what}: p50`, milliseconds(percentile(delays, 0.5)));
  say("  p95", milliseconds(percentile(delays, 0.95)));
}

async function start() {
  const began = performance.now();
  const flags = ["--port", "0", "--log-level", "warn", "--at-once", String(running)];
  const words = ["serve", ...flags, "--repo", history.folder, "-j", "8", "-m", "16"];
  const child = spawn(program, words, {
    // The script comes before firstbad itself, and must not bring what firstbad does without: see src/cli/begin.js.
    env: { ...scriptedEnv(home), NODE_COMPILE_CACHE: join(home, "cache/modules") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) => {
    child.stdout.once("data", (bytes) => resolve(String(bytes).trim().replace(/\/$/, "")));
  });
  return { child, url, seconds: (performance.now() - began) / 1000 };
}

const json = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>;

async function read(url: string): Promise<void> {
  while (((await json(`${url}/healthz`)).unread as number) > 0) await pass(200);
}

/** Resident memory of a process in MiB. */
function memoryOf(pid: number): number {
  const [, kibibytes = "0"] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1024;
}

// One that has ended, and as many copies of it as are listed.
const story = { history, crashes: "a9", clean: "a0", script: kernelsWith("a6", { rate: 1 }) };
const folder = await beginStory(story, root);
await goOn(story, folder);
const whole = readFileSync(join(folder, "events.ndjson"), "utf8").split("\n").slice(0, -1);
// The list is as it is whatever is between: reading it all would be another figure.
const last = JSON.parse(whole.at(-1) ?? "");
const kept = [...whole.slice(0, 4), JSON.stringify({ ...last, seq: 4 })];
const events = kept.map((line) => `${line}\n`).join("");
const id = folder.split("/").at(-1) ?? "";
for (let n = 1; n < listed; n++) {
  const copy = join(root, `2020-01-01-${n.toString(16).padStart(12, "0")}`);
  mkdirSync(copy);
  writeFileSync(
    join(copy, "events.ndjson"),
    events.replace(`"id":"${id}"`, `"id":"${copy.split("/").at(-1)}"`),
  );
}
cpSync(join(folder, "job.yaml"), join(home, "job.yaml"));

let server = await start();
say(`start, ${listed} journals never read before`, `${server.seconds.toFixed(2)} s`);
const reading = performance.now();
await read(server.url);
say(
  "  until all are read, in the background",
  `${((performance.now() - reading) / 1000).toFixed(1)} s`,
);
server.child.kill("SIGTERM");
await new Promise((resolve) => server.child.once("close", resolve));
server = await start();
await read(server.url);
say("start again", `${server.seconds.toFixed(2)} s`);

const times: number[] = [];
for (let n = 0; n < 40; n++) {
  const began = performance.now();
  await (await fetch(`${server.url}/api/bisections?limit=100&offset=${n * 100}&q=a6`)).text();
  times.push(performance.now() - began);
}
sayDelays(`list of ${listed}, searched and sorted, 100 of them`, times);
say("memory with the list alone", `${memoryOf(server.child.pid ?? 0).toFixed(0)} MiB`);

const kernel = { repo: history.folder, crashes: history.hash("a9"), clean: history.hash("a0") };
const sending = performance.now();
const ids = await Promise.all(
  Array.from({ length: running }, async () => {
    const script = {
      culprit: history.hash("a6"),
      bug: "BUG: it",
      pace: { build: 2000, run: 1000 },
    };
    const response = await fetch(`${server.url}/api/bisections`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sentJob(kernel, script, { runs: 20 })),
    });
    return ((await response.json()) as { id: string }).id;
  }),
);

say(
  `${running} jobs sent, to which ${listed} might lend`,
  `${((performance.now() - sending) / 1000).toFixed(1)} s`,
);

/** What is sent as it happens at `path`. */
function watch(path: string, take: (event: string | null, data: string) => void) {
  const sent = request(
    server.url + path,
    { headers: { accept: "text/event-stream" } },
    (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (more) => {
        text += more;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const message = text.slice(0, end);
          text = text.slice(end + 2);
          const [, data] = /^data: (.*)$/m.exec(message) ?? [];
          const [, event = null] = /^event: (.*)$/m.exec(message) ?? [];
          if (data !== undefined) take(event, data);
        }
      });
      response.on("error", () => {});
    },
  );
  sent.on("error", () => {});
  sent.end();
  return sent;
}

const browser = await openChromium();
const screens = await Promise.all(
  ids.slice(0, 2).map(async (id) => ({ id, screen: await watchScreen(browser, server.url, id) })),
);
const began = Date.now();
/** When each event happened, as it says itself, by bisection and number; and runs, by bisection and their address. */
const happened = new Map<string, number>();
const ended = new Map<string, number>();
/** When the first view came that has an event, to each watcher. */
const views: { readonly event: string; readonly at: number }[] = [];
const delays: number[] = [];
let messages = 0;
const open = Array.from({ length: watchers - screens.length }, (_, n) => {
  const watched = ids[n % ids.length] ?? "";
  let seen: number | null = null;
  return watch(`/api/bisections/${watched}/live`, (event, data) => {
    if (event !== "view") return;
    messages++;
    const seq = Number(/^\{"seq":(\d+)/.exec(data)?.[1]);
    const at = Date.now();
    for (let each = (seen ?? seq) + 1; each <= seq; each++) {
      views.push({ event: `${watched} ${each}`, at });
    }
    seen = seq;
  });
});
const tellers = ids.map((watched) =>
  watch(`/api/bisections/${watched}/events?follow=1`, (_, data) => {
    const event = JSON.parse(data) as { at: string; seq: number; kind: string; run?: string };
    const at = Date.parse(event.at);
    happened.set(`${watched} ${event.seq}`, at);
    if (event.kind === "run-finished") ended.set(`${watched} ${runAddress(event.run ?? "")}`, at);
    if (at > began) delays.push(Date.now() - at);
  }),
);
await pass(seconds * 1000);
const shown: number[] = [];
for (const { id, screen } of screens) {
  for (const [run, at] of await screen.shown()) {
    const before = ended.get(`${id} ${run}`) ?? 0;
    if (before > began && Number.isFinite(at)) shown.push(at - before);
  }
}
const viewed = views.flatMap(({ event, at }) => {
  const before = happened.get(event) ?? 0;
  return before > began ? [at - before] : [];
});
sayDelays(`event to message, ${running} running, ${watchers} watchers`, delays);
sayDelays("event to the parts of a view that it changes", viewed);
sayDelays(`end of a run to the screen of a browser, ${shown.length} of them`, shown);
say("events, messages with views", `${happened.size}, ${messages}`);
say("memory with all that", `${memoryOf(server.child.pid ?? 0).toFixed(0)} MiB`);
await browser.close();
for (const each of [...open, ...tellers]) each.destroy();
const before = performance.now();
server.child.kill("SIGKILL");
await new Promise((resolve) => server.child.once("close", resolve));
server = await start();
const queue = await json(`${server.url}/api/queue`);
const { length } = queue.running as readonly unknown[];
say(
  `killed, started again with ${length} bisections under way`,
  milliseconds(performance.now() - before),
);
server.child.kill("SIGTERM");
await new Promise((resolve) => server.child.once("close", resolve));
rmSync(home, { recursive: true, force: true });
process.exit(0);
