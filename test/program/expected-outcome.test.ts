import { expect, test } from "vitest";
import { jobOf, madeLab, madeProgram, runOnce } from "./made-program.ts";

/** What one run of a program says, where the job expects that of it. */
async function said(run: string, expected: unknown, program: object = {}) {
  const { repo, commits } = madeProgram({ tap: "ok 1 parses\nnot ok 2 prints\n" });
  const job = jobOf(repo, { clean: "HEAD~0", run, ...program }, { expect: expected });
  const { outcome, crashes, number, ended } = await runOnce(await madeLab(job), commits[0] ?? "");
  const titles = crashes.filter(({ expected: is }) => is).map(({ title }) => title);
  return { outcome, titles, number, ended };
}

test.each([
  ["a test that fails", "cat tap; exit 1", { test: "prints" }, "crashed"],
  [
    "a test that passes, whatever the program ends with",
    "cat tap; exit 1",
    { test: "parses" },
    "clean",
  ],
  ["a test that is not there", "true", { test: "parses" }, "untestable"],
  ["a message", "echo all is lost", { message: "is lost$" }, "crashed"],
  ["a message that is missed", "echo fine", { message: "is lost$", is: "absent" }, "crashed"],
  ["a message that may have been to come", "echo fine; exit 3", { message: "is lost$" }, "crashed"],
  ["any crash", "exit 3", { crash: "any" }, "crashed"],
] as const)("%s", async (_, run, expected, outcome) => {
  const { titles, ...is } = await said(run, expected);
  expect(is.outcome).toBe(outcome);
  // What hides the answer is no answer.
  if (run.includes("fine; exit")) expect(titles).toEqual([]);
  else expect(titles.length > 0).toBe(outcome === "crashed");
});

test("a number is read, and a program that prints none says nothing", async () => {
  const number = { number: "^(.*) MB/s$", worse: "lower", threshold: 10 };
  expect(await said("echo 12.5 MB/s", number)).toMatchObject({ outcome: "measured", number: 12.5 });
  expect(await said("echo fast", number)).toMatchObject({ outcome: "untestable", ended: "clean" });
});

test("a program that does not end hangs", async () => {
  const hangs = await said("sleep 60", { hangs: true }, { seconds: 1 });
  expect(hangs).toMatchObject({ outcome: "crashed", titles: ["hang"], ended: "hung" });
});
