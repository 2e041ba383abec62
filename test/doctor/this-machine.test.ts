import { mkdir, mkdtemp, readdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { checks } from "../../src/doctor/checks.ts";
import { findTool } from "../../src/process/find-tool.ts";
import { firstbad, firstbadWith } from "../cli/firstbad.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-doctor-"));
});

/** A folder of links to some of this machine's programs. */
async function pathOf(...programs: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(home, "path-"));
  for (const program of programs) {
    await symlink(findTool(program, process.env.PATH ?? "")!, join(folder, program));
  }
  return folder;
}

/** What bin/firstbad itself calls. */
const starters = ["dirname", "readlink"];

/** The findings of `firstbad doctor` with this PATH, by name. */
async function doctorWith(path: string) {
  const env = { FIRSTBAD_HOME: home, FIRSTBAD_NODE: process.execPath, PATH: path };
  const { code, stdout } = await firstbadWith(env, home, ["doctor", "--json"]);
  const { able, checks: list } = JSON.parse(stdout);
  const states: Record<string, string> = {};
  const fixes: Record<string, string | null> = {};
  for (const { name, state, fix } of list) {
    states[name] = state;
    fixes[name] = fix;
  }
  return { code, able, states, fixes };
}

test("this machine, which runs the tests on real kernels, can", async () => {
  await mkdir(join(home, "bisections"), { recursive: true });
  const before = await readdir(home);
  const { code, stdout } = await firstbad(home, "doctor");
  expect(stdout).toContain("\nbisections can run here\n");
  expect(stdout).toMatch(/^ok +sandbox +\S+bwrap makes one$/m);
  expect(code).toBe(0);
  expect(await readdir(home)).toEqual(before);
});

test("an empty PATH lacks every program, and tells which package brings each", async () => {
  const { code, able, states, fixes } = await doctorWith(await pathOf(...starters));
  expect({ code, able }).toEqual({ code: 1, able: false });
  expect(Object.keys(states)).toEqual(checks.map(({ name }) => name));
  const programs = ["git", "gcc", "make", "flex", "bison", "bc", "binutils", "static libc"];
  programs.push("sandbox", "/dev/shm", "prlimit", "ccache", "libelf", "openssl", "busybox", "perl");
  programs.push("addr2line");
  for (const name of programs) expect([name, states[name]]).toEqual([name, "missing"]);
  expect(fixes).toMatchObject({
    ...{ bc: "apt-get install bc", sandbox: "apt-get install bubblewrap" },
    ...{ gcc: "apt-get install gcc libc6-dev", binutils: "apt-get install binutils" },
    ...{ prlimit: "apt-get install util-linux", busybox: "apt-get install busybox-static" },
    ...{ ccache: "apt-get install ccache", addr2line: "apt-get install binutils" },
  });
  expect(states).toMatchObject({ node: "ok", processors: expect.any(String) });
});

test("what is missing and not needed forbids nothing; one needed program does, by name", async () => {
  const needed = ["git", "gcc", "make", "flex", "bison", "bc", "bwrap", "prlimit", "sh"];
  const tools = ["ld", "as", "ar", "nm", "objcopy", "objdump"];
  const enough = await pathOf(...starters, ...needed, ...tools);
  const { code, states } = await doctorWith(enough);
  expect(states).toMatchObject({ ccache: "missing", busybox: "missing", perl: "missing" });
  expect(code).toBe(0);

  const without = needed.filter((name) => name !== "bc");
  const env = { FIRSTBAD_HOME: home, FIRSTBAD_NODE: process.execPath };
  const path = await pathOf(...starters, ...without, ...tools);
  const lacking = await firstbadWith({ ...env, PATH: path }, home, ["doctor"]);
  expect(lacking.code).toBe(1);
  expect(lacking.stdout).toContain("no bisection can run here without: bc\n");
  expect(lacking.stdout).toMatch(/^missing +bc .*\n {2}for: .*\n {2}fix: apt-get install bc$/m);
});
