import { createInterface } from "node:readline/promises";
import { asFailure, Failure } from "../../failure/failure.ts";
import { clip } from "../../report/clip.ts";
import { type Answers, type Key, keys, type Question } from "./question.ts";

/** Width of a terminal that does not tell its own. */
const usualColumns = 80;

type Questions = Readonly<Record<Key, Question>>;
type Given = Partial<Readonly<Record<Key, string>>>;

/**
 * Asks on the terminal for everything that is not given, until each answer is good. An empty answer takes
 * what stands in brackets. Throws the failure of what is given, and `interrupted` after Ctrl-C or Ctrl-D.
 */
export async function askFor(questions: Questions, given: Given): Promise<Required<Answers>> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  // A question that nobody can answer any more would never end by itself.
  terminal.once("close", () => closed.abort());
  terminal.once("SIGINT", () => terminal.close());
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  // Lines that were typed, or pasted, before their question.
  const early: string[] = [];
  terminal.on("line", (line) => early.push(line));
  const ask = async (key: Key, found: string | null): Promise<string> => {
    const prompt = `${key}${found === null ? "" : ` [${found}]`}: `;
    const typed = early.shift();
    if (typed !== undefined) say(`${prompt}${typed}`);
    const said = typed ?? (await terminal.question(prompt, { signal: closed.signal }));
    return said.trim() || (found ?? "");
  };
  try {
    return await collect(questions, given, async (key, before) => {
      const question = questions[key];
      say(question.asks);
      const found = await question.find(before).catch(() => null);
      for (;;) {
        const answer = await ask(key, found);
        if (answer === "") continue;
        try {
          const { value, told } = await question.check(answer, before);
          if (told !== undefined) say(clip(`  ${told}`, process.stderr.columns || usualColumns));
          return value;
        } catch (error) {
          const failure = asFailure(error);
          if (failure.code === "interrupted" || failure.code === "internal") throw failure;
          say(`  ${failure.message}`);
          if (failure.hint !== null) say(`  ${failure.hint}`);
        }
      }
    });
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    say("");
    throw new Failure("interrupted", "stopped as asked; nothing was written");
  } finally {
    terminal.close();
  }
}

/**
 * Takes what is given and what was found by looking, without a question. Throws `job-incomplete` with all
 * that is missing or wrong, or the one failure that there is.
 */
export async function takeDefaults(questions: Questions, given: Given): Promise<Required<Answers>> {
  const answers: { -readonly [K in Key]?: string } = {};
  const failures: Failure[] = [];
  for (const key of keys) {
    const question = questions[key];
    if (question.needs.some((need) => answers[need] === undefined)) continue;
    try {
      const answer = given[key] ?? (await question.find(answers));
      if (answer === null) throw missing(question);
      answers[key] = (await question.check(answer, answers)).value;
    } catch (error) {
      failures.push(asFailure(error));
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) return answers as Required<Answers>;
  if (others.length === 0) throw first;
  const problems = failures.map(({ message, hint }) => (hint ? `${message}: ${hint}` : message));
  throw new Failure("job-incomplete", `no job can be written:\n  ${problems.join("\n  ")}`, {
    facts: { problems },
    hint: "give each with its flag; see firstbad init --help",
  });
}

async function collect(
  questions: Questions,
  given: Given,
  ask: (key: Key, before: Answers) => Promise<string>,
): Promise<Required<Answers>> {
  const answers: { -readonly [K in Key]?: string } = {};
  for (const key of keys) {
    const said = given[key];
    answers[key] =
      said === undefined
        ? await ask(key, answers)
        : (await questions[key].check(said, answers)).value;
  }
  return answers as Required<Answers>;
}

function missing({ asks, flag }: Question): Failure {
  return new Failure("job-incomplete", `${flag} is missing: ${asks}`, { facts: { flag } });
}
