/**
 * How fast consoles are read, and in how much memory.
 *
 *     node bench/crash.ts [--corpus DIR]
 *
 * Asked for, a CPU second: 6,000 consoles of a corpus (another reader of the same one: 605); 200 MB,
 * better 300, of a console without a crash (159); 100 MB, better 150, of one with 61 crashes, all of
 * them found (57, looking only into windows). And 64 MiB at most over an idle process for a stream of any
 * length. The corpus is the objects `{log | log_b64}` in the files `*report*.jsonl` or `.jsonl.gz` of DIR,
 * or the consoles of the tests.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { readConsole } from "../src/crash/read.ts";
import { ConsoleStream } from "../src/crash/stream.ts";
import { seeds } from "../test/crash/mutate.ts";

const mebibyte = 2 ** 20;
const quietSize = 64 * mebibyte;
const crashCount = 61;
const rounds = 5;
const repeats = 10;
/** What a stream is given to see whether its memory grows. */
const streamSizes = [64, 1024].map((size) => size * mebibyte);

const { values } = parseArgs({
  options: { corpus: { type: "string" }, child: { type: "string" } },
});
if (values.child === undefined) measureAll();
else runChild(Number(values.child));

function measureAll(): void {
  const consoles = values.corpus === undefined ? seeds : corpusIn(values.corpus);
  const cases = best(() => {
    for (let i = 0; i < repeats; i++) for (const bytes of consoles) readConsole(bytes);
  });
  say(`${consoles.length} consoles, ${repeats} times`, (repeats * consoles.length) / cases, {
    unit: "consoles",
    must: 6000,
    peer: 605,
  });

  const quiet = quietConsole(quietSize);
  const none = best(() => expect(readConsole(quiet).length, 0));
  say("64 MiB without a crash", quiet.length / 1e6 / none, { unit: "MB", must: 200, peer: 159 });

  for (const size of [quietSize / 2, quietSize]) {
    const crashing = crashingConsole(size);
    const all = best(() => expect(readConsole(crashing).length, crashCount));
    const what = `${size / mebibyte} MiB with ${crashCount} crashes`;
    say(what, crashing.length / 1e6 / all, { unit: "MB", must: 100, peer: 57 });
  }

  const idle = peakMemory(0);
  for (const size of streamSizes) {
    const more = (peakMemory(size) - idle) / mebibyte;
    const verdict = more <= 64 ? "" : "   TOO MUCH";
    console.log(`stream of ${size / mebibyte} MiB: ${more.toFixed(1)} MiB over idle${verdict}`);
    if (more > 64) process.exitCode = 1;
  }
}

/** CPU seconds of the quickest of some rounds, the first of which warms up. */
function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) least = Math.min(least, (user + system) / 1e6);
  }
  return least;
}

function say(
  what: string,
  rate: number,
  asked: { unit: string; must: number; peer: number },
): void {
  const { unit, must, peer } = asked;
  const ratio = `ratio ${(rate / peer).toFixed(1)} to another reader`;
  const verdict = rate >= must ? "" : `   LESS THAN ${must}`;
  console.log(`${what}: ${Math.round(rate)} ${unit} a CPU second, ${ratio}${verdict}`);
  if (rate < must) process.exitCode = 1;
}

function expect(count: number, wanted: number): void {
  if (count !== wanted) throw new Error(`${count} crashes where there are ${wanted}`);
}

function corpusIn(folder: string): Buffer[] {
  const files = readdirSync(folder).filter((name) => /report[^s]*\.jsonl(?:\.gz)?$/.test(name));
  return files.flatMap((name) => {
    const bytes = readFileSync(join(folder, name));
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    return text.split("\n").flatMap((line) => {
      const { log, log_b64 } = line === "" ? {} : JSON.parse(line);
      if (typeof log === "string") return [Buffer.from(log, "utf8")];
      return typeof log_b64 === "string" ? [Buffer.from(log_b64, "base64")] : [];
    });
  });
}

/** What a machine under load prints: devices that come and go, file systems, denials. */
function quietLines(count: number): string {
  let text = "";
  for (let i = 0; i < count; i++) {
    const stamp = `[${(100 + i / 997).toFixed(6).padStart(12)}][${`T${4000 + (i % 31)}`.padStart(6)}] `;
    const what = [
      `usb ${1 + (i % 8)}-1: new high-speed USB device number ${2 + (i % 90)} using dummy_hcd`,
      `EXT4-fs (loop${i % 9}): mounted filesystem without journal. Quota mode: none.`,
      `audit: type=1400 audit(16${i}.${i % 999}:${i}): avc:  denied  { map } for  pid=${i} comm="vela"`,
      `netlink: ${i % 64} bytes leftover after parsing attributes in process \`vela'.`,
      `8021q: adding VLAN 0 to HW filter on device bond${i % 7}`,
    ][i % 5];
    text += `${stamp}${what}\n`;
  }
  return text;
}

function quietConsole(size: number): Buffer {
  const lines = Buffer.from(quietLines(20_000));
  return Buffer.alloc(size, lines);
}

/** Quiet lines with a crash after each part of them. */
function crashingConsole(size: number, count = crashCount): Buffer {
  const quiet = quietConsole(Math.floor(size / count));
  const crash = Buffer.from(
    [
      "",
      "[  999.000001][ T4242] BUG: unable to handle page fault for address: ffffc90001234000",
      "[  999.000002][ T4242] #PF: supervisor read access in kernel mode",
      "[  999.000003][ T4242] CPU: 1 PID: 4242 Comm: vela Not tainted 6.6.1 #4",
      "[  999.000004][ T4242] RIP: 0010:vela_find+0x1b/0x70",
      "[  999.000005][ T4242] Call Trace:",
      "[  999.000006][ T4242]  <TASK>",
      ...Array.from({ length: 30 }, (_, i) => `[  999.0001${i + 10}][ T4242]  vela_${i}+0x1/0x20`),
      "[  999.000200][ T4242]  </TASK>",
      "[  999.000201][ T4242] ---[ end trace 0000000000000000 ]---",
      "",
    ].join("\n"),
  );
  return Buffer.concat(Array.from({ length: count }, () => [quiet, crash]).flat());
}

/** The peak memory in bytes of a process that streams so many bytes, of which every MiB has a crash. */
function peakMemory(size: number): number {
  const self = process.argv[1] as string;
  const { stdout, status } = spawnSync(process.execPath, [self, "--child", String(size)], {
    encoding: "latin1",
  });
  if (status !== 0) throw new Error("the measured process failed");
  return Number(stdout) * 1024;
}

/** The measured process: prints its peak memory in KiB. */
function runChild(size: number): void {
  const piece = crashingConsole(mebibyte, 1);
  const stream = new ConsoleStream();
  for (let done = 0; done < size; done += piece.length) {
    for (let at = 0; at < piece.length; at += 65_536) stream.push(piece.subarray(at, at + 65_536));
  }
  stream.finish();
  // What `getrusage` says is also that of the process that started this one.
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"));
  process.stdout.write(String(peak?.[1]));
}
