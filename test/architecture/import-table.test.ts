import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../src");

/**
 * Which rooms a room may import. `failure` is open to all. A name with a slash is one file or folder of
 * a room: its pure part, its types, or its contract.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  failure: [],
  event: [],
  job: [],
  process: [],
  crash: ["event"],
  "crash/symbols": ["event", "process"],
  outcome: ["event"],
  history: ["event", "process"],
  search: ["event", "crash", "outcome", "history/graph"],
  workplace: ["process", "history"],
  kconfig: [],
  minimise: ["event", "kconfig", "kernel/config"],
  presence: [],
  kernel: ["event", "job", "process", "history", "workplace"],
  program: ["event", "job", "process", "history", "crash", "workplace"],
  machine: ["event", "job", "process", "crash"],
  lab: ["event", "job", "kernel", "machine", "program", "crash", "outcome"],
  journal: ["event", "process"],
  mail: [],
  bisection: [
    "event",
    "job",
    "crash",
    "outcome",
    "history",
    "search",
    "kconfig",
    "minimise",
    "presence",
    "lab",
    "journal",
  ],
  syzbot: ["event", "crash", "outcome"],
  report: ["event", "crash", "outcome", "history/graph", "syzbot"],
  view: ["event", "crash", "outcome", "history/graph", "syzbot", "report"],
  archive: ["journal"],
  document: ["event", "history", "job", "bisection", "syzbot", "report", "view"],
  trial: ["event", "crash", "outcome", "search", "lab/lab", "kernel/kernel"],
  simulate: [
    "event",
    "job",
    "outcome",
    "search",
    "history/graph",
    "lab/lab",
    "bisection",
    "kernel/kernel",
  ],
  doctor: ["process", "kernel", "machine"],
  session: [
    "event",
    "job",
    "process",
    "history",
    "kernel",
    "search",
    "lab",
    "journal",
    "bisection",
    "syzbot",
    "report",
    "mail",
  ],
  server: [
    "event",
    "job",
    "process",
    "crash",
    "history",
    "search",
    "lab",
    "journal",
    "bisection",
    "syzbot",
    "report",
    "view",
    "document",
    "archive",
    "doctor",
    "mail",
    "session",
  ],
  cli: ["*"],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** Every import of one of our files by another, as paths below `src` without the ending. */
function imports(): Import[] {
  return sources(root).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    const specifiers = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
    return Array.from(specifiers, ([, specifier]) => ({
      from: relative(root, path).replace(/\.ts$/, ""),
      to: relative(root, resolve(dirname(path), specifier ?? "")).replace(/\.ts$/, ""),
    }));
  });
}

const roomOf = (file: string) => file.split("/")[0] ?? "";

/** The entry of the table that governs a file: its own where it has one, else its room's. */
function ruleFor(file: string): readonly string[] {
  const own = Object.keys(table).find((key) => key.includes("/") && isWithin(file, key));
  return table[own ?? roomOf(file)] ?? [];
}

/** Whether a file is what the name stands for: the room, or files of it that begin so. */
function isWithin(file: string, name: string): boolean {
  if (!name.includes("/")) return roomOf(file) === name;
  return file === name || file.startsWith(`${name}/`) || file.startsWith(`${name}-`);
}

function mayImport({ from, to }: Import): boolean {
  if (roomOf(from) === roomOf(to) || roomOf(to) === "failure") return true;
  return ruleFor(from).some((name) => name === "*" || isWithin(to, name));
}

describe("the import table", () => {
  const all = imports();

  test("sees the imports that there are", () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all).toContainEqual({ from: "journal/ndjson", to: "event/event" });
  });

  test("every room is in the table, and has a README", () => {
    const rooms = readdirSync(root).filter((name) => statSync(join(root, name)).isDirectory());
    const expected = Object.keys(table).filter((name) => !name.includes("/"));
    expect(rooms.sort()).toEqual(expected.sort());
    for (const room of rooms) expect(readdirSync(join(root, room))).toContain("README.md");
  });

  test("no room imports what the table does not allow", () => {
    const forbidden = all.filter((one) => !mayImport(one)).map(({ from, to }) => `${from} → ${to}`);
    expect(forbidden).toEqual([]);
  });

  test("no circle of rooms", () => {
    const below = new Map<string, Set<string>>();
    for (const { from, to } of all) {
      if (roomOf(from) === roomOf(to)) continue;
      below.set(roomOf(from), (below.get(roomOf(from)) ?? new Set()).add(roomOf(to)));
    }
    const reaches = (room: string, goal: string, seen = new Set<string>()): boolean =>
      [...(below.get(room) ?? [])].some(
        (next) => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
      );
    expect([...below.keys()].filter((room) => reaches(room, room))).toEqual([]);
  });

  test.each([
    ["event/event", "journal/journal", false],
    ["crash/console", "process/run", false],
    ["crash/symbols/symbolizer", "process/run", true],
    ["search/policy", "history/graph", true],
    ["search/policy", "history/graph-hashes", true],
    ["search/policy", "history/git", false],
    ["simulate/scripted-lab", "lab/local-lab", false],
    ["bisection/next", "failure/failure", true],
  ])("%s importing %s: %s", (from, to, allowed) => {
    expect(mayImport({ from, to })).toBe(allowed);
  });
});
