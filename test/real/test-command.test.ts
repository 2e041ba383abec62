import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeDemoHistory } from "../../demo/history.ts";
import { TerminalSession } from "../cli/terminal-session.ts";
import { keptCache } from "./kept-cache.ts";

const root = join(import.meta.dirname, "../..");

/** Commits on the way from the culprit to the newest: what this is about is that git understands. */
const beyond = 3;

test("git bisect run finds a real kernel's bug; then somebody looks into the culprit's guest", async () => {
  const { signal } = new AbortController();
  const { repository } = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  const data = await mkdtemp(join(tmpdir(), "firstbad-data-"));
  const { FIRSTBAD_HOME, ...inherited } = process.env;
  const env = { ...inherited, XDG_DATA_HOME: data, XDG_CACHE_HOME: keptCache };
  const folder = await mkdtemp(join(tmpdir(), "firstbad-clone-"));
  const git = async (...words: readonly string[]) =>
    (await promisify(execFile)("git", ["-C", folder, ...words], { env })).stdout.trim();

  await git("clone", "-q", "--shared", "--no-checkout", repository, ".");
  // An opener of a pipe no longer counts itself: the newest commit that takes the counting away.
  const counting = ["log", "--format=%H", "-Sfiles++", "origin/master", "--", "fs/pipe.c"];
  const [culprit = ""] = (await git(...counting)).split("\n");
  const path = ["rev-list", "--reverse", "--ancestry-path", `${culprit}..origin/master`];
  const bad = (await git(...path)).split("\n")[beyond - 1] ?? "";

  await git("bisect", "start", "--no-checkout", bad, `${culprit}^`);
  const job = ["--job", join(root, "demo/firstbad.yaml"), "--repo", repository];
  const said = await git("bisect", "run", join(root, "bin/firstbad"), "test", ...job);
  expect(said).toContain(`${culprit} is the first bad commit`);
  expect(said).toMatch(/: bad: [12]\/[12] runs crashed: KASAN: use-after-free /);
  expect(said).toMatch(/pipe_poll\+0x[0-9a-f]+\/0x[0-9a-f]+ fs\/pipe\.c:\d+/);

  const words = ["--job", join(root, "demo/firstbad.yaml"), "--repo", repository, culprit];
  const shell = `${join(root, "bin/firstbad")} test --shell ${words.join(" ")}`;
  const after = "echo ended with $?: $(stty -a | grep -o -e -*icanon)";
  const session = new TerminalSession(`sh -c '${shell}; ${after}'`, { env });
  await session.shows(/guest:\/tmp# ?$/m);
  // Only what has begun can be interrupted: before, Ctrl-C meets the shell.
  session.press("sh -c 'echo $((6 * 6)) of it; sleep 1000'\r");
  await session.shows(/^36 of it$/m);
  session.press("\x03");
  await session.shows(/^36 of it\n[^#]*guest:\/tmp# ?$/m);
  session.press("tty; echo $((6 * 7)) and on\r");
  await session.shows(/\/dev\/tty0\n42 and on/);
  session.press("\x01x");
  await session.shows(/the guest is off\n+ended with 0: icanon/);
  await session.ended;
});
