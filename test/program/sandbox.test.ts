import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { madeFolder } from "../history/made-repository.ts";
import { jobOf, madeLab, madeProgram, runOnce } from "./made-program.ts";

/** Runs the shell script `text` once, as a program of a job would; its output beside what was said of it. */
async function runScript(text: string, program: Readonly<Record<string, unknown>> = {}) {
  const { repo, commits } = madeProgram({ "script.sh": `#!/bin/sh\n${text}\n` });
  const lab = await madeLab(jobOf(repo, { run: "./script.sh", ...program }));
  const ran = await runOnce(lab, commits[0] ?? "");
  return { ...ran, output: readFileSync(ran.console, "utf8") };
}

/** Processes of this machine whose command line has `word`. */
function processesWith(word: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(word);
    } catch {
      return false;
    }
  });
}

describe("a program in the sandbox", () => {
  test("does not see the user's files, nor those of root", async () => {
    const secret = join(homedir(), `.firstbad-secret-${process.pid}`);
    writeFileSync(secret, "the secret");
    onTestFinished(() => rmSync(secret, { force: true }));
    const { outcome, output } = await runScript(
      `ls -a /root /home; cat ${secret} && exit 0; cat /etc/shadow && exit 0; exit 3`,
    );
    expect(outcome).toBe("crashed");
    expect(output).not.toContain("the secret");
    expect(output).not.toContain("root:");
  });

  test("does not reach the network, not even this machine", async () => {
    let reached = 0;
    const server = createServer(() => {
      reached += 1;
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { outcome, output } = await runScript(
      `perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new("127.0.0.1:${port}") ? 0 : 3)'`,
    );
    expect({ outcome, output }).toMatchObject({ outcome: "crashed" });
    expect(reached).toBe(0);
  });

  test("forks no more than it may, and leaves nothing behind", async () => {
    const mark = `fork-mark-${process.pid}`;
    const { outcome } = await runScript(
      `f() { f ${mark} & f ${mark} & wait; }; f ${mark}; exec sleep 60`,
      { seconds: 2, processes: 32 },
    );
    // dash gives up where it cannot fork, or goes on until its time is up.
    expect(["crashed", "hung"]).toContain(outcome);
    expect(processesWith(mark)).toEqual([]);
  });

  test("has never more processes than it may", async () => {
    const { output } = await runScript(
      `for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do sleep 5 & done 2>&1; ls -d /proc/[0-9]* | wc -l`,
      { seconds: 10, processes: 8 },
    );
    expect(output).toContain("Cannot fork");
  });

  test("does not outlive its deadline, whatever session it flees to", async () => {
    const { repo, commits } = madeProgram({
      "flee.sh":
        "#!/bin/sh\nsetsid sh -c '(trap \"\" TERM; sleep 987654) & sleep 987654' & sleep 60\n",
    });
    const lab = await madeLab(jobOf(repo, { run: "./flee.sh", seconds: 1 }));
    const begin = performance.now();
    expect((await runOnce(lab, commits[0] ?? "")).outcome).toBe("hung");
    expect(performance.now() - begin).toBeLessThan(10_000);
    await delay(100);
    expect(processesWith("987654")).toEqual([]);
  });

  test("takes no more memory than it may", async () => {
    const hog = `perl -e '$x = "a" x (512 << 20); print length $x'`;
    expect((await runScript(hog, { memory: "64M" })).outcome).toBe("lost");
  });

  test("prints no more than is kept", async () => {
    const { outcome, output } = await runScript("echo first; exec yes", { seconds: 60 });
    expect(outcome).toBe("flooded");
    expect(output.length).toBeLessThan(1024 ** 2);
    expect(output).toMatch(/^first\n[\s\S]*bytes cut here/);
  });

  test("writes nothing that the next run sees, where there is a build", async () => {
    const { repo, commits } = madeProgram({ "a.txt": "a" });
    const run = "test ! -e seen && touch seen && test -e built";
    const lab = await madeLab(jobOf(repo, { build: "touch built", run }));
    expect((await runOnce(lab, commits[0] ?? "")).outcome).toBe("clean");
    expect((await runOnce(lab, commits[0] ?? "")).outcome).toBe("clean");
  });

  test("cannot change the job's files, and finds them in $INPUTS", async () => {
    const file = join(madeFolder(), "bad.json");
    writeFileSync(file, "as it was");
    const { outcome, output } = await runScript(
      `cat "$INPUTS/bad.json"; echo changed > "$INPUTS/bad.json" && exit 0; exit 3`,
      { files: [file] },
    );
    expect(outcome).toBe("crashed");
    expect(output).toContain("as it was");
    expect(readFileSync(file, "utf8")).toBe("as it was");
  });

  test("has the job's variables, and none of the user's", async () => {
    process.env.FIRSTBAD_TEST_SECRET = "of the user";
    onTestFinished(() => {
      delete process.env.FIRSTBAD_TEST_SECRET;
    });
    const { output } = await runScript("env", { env: { MINE: "a b", HOME: "/nowhere" } });
    expect(output).toContain("MINE=a b\n");
    expect(output).toContain("HOME=/nowhere\n");
    expect(output).not.toContain("of the user");
  });
});
