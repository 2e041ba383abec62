import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure/failure.ts";
import { converse, type Question } from "../../src/process/conversation.ts";

const sandbox = { mounts: [] };
/** Answers each line with itself, twice, and `end`. */
const echo = {
  command: "sh",
  args: ["-c", 'while read -r x; do echo "$x"; echo "$x"; echo end; done'],
};
const question = (text: string, more: Partial<Question> = {}): Question => ({
  text,
  isLast: (line) => line === "end",
  deadline: 20,
  ...more,
});

describe("converse", () => {
  it.each([
    ["in a sandbox", { sandbox }],
    ["without", {}],
  ])("asks one program one question after the other, %s", async (_, where) => {
    const talk = converse({ ...echo, ...where });
    const answers = await Promise.all([talk.ask(question("a\n")), talk.ask(question("b\n"))]);
    expect(answers).toEqual([
      ["a", "a", "end"],
      ["b", "b", "end"],
    ]);
    expect(talk.open).toBe(true);
    await talk.close();
    expect(talk.open).toBe(false);
    expect(await talk.ask(question("c\n"))).toBe(null);
    expect((await talk.ended).ending).toBe("aborted");
  });

  it("drops what comes after an answer", async () => {
    const talk = converse({
      command: "sh",
      args: ["-c", "while read -r x; do echo $x; echo end; echo late; done"],
    });
    expect(await talk.ask(question("a\n"))).toEqual(["a", "end"]);
    await delay(100);
    expect(await talk.ask(question("b\n"))).toEqual(["b", "end"]);
    await talk.close();
  });

  it("answers null where the program dies, and says how it ended", async () => {
    const talk = converse({ command: "sh", args: ["-c", "read x; echo $x; exit 3"], sandbox });
    expect(await talk.ask(question("a\n"))).toBe(null);
    expect((await talk.ended).exitCode).toBe(3);
    expect(talk.open).toBe(false);
  });

  it("ends a program that does not answer in time", async () => {
    const talk = converse({ command: "sleep", args: ["1000"], sandbox });
    expect(await talk.ask(question("a\n", { deadline: 0.2 }))).toBe(null);
    expect((await talk.ended).ending).toBe("aborted");
  });

  it("ends the program when the question's signal fires", async () => {
    const talk = converse({ command: "sleep", args: ["1000"], sandbox });
    const signal = AbortSignal.timeout(100);
    expect(await talk.ask(question("a\n", { signal }))).toBe(null);
    expect(talk.open).toBe(false);
  });

  it("ends a program that floods its answer", async () => {
    const talk = converse({ command: "yes", args: [], sandbox });
    expect(await talk.ask(question("a\n"))).toBe(null);
    await talk.close();
  });

  it("answers null where the program is not there, and rejects how it ended", async () => {
    const talk = converse({ command: "no-such-program", args: [] });
    expect(await talk.ask(question("a\n"))).toBe(null);
    await expect(talk.ended).rejects.toThrow(Failure);
  });
});
