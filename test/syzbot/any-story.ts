import fc from "fast-check";
import { bisectionEnd, probeStage } from "../../src/event/index.ts";
import { commit, Story } from "./story.ts";

/** Text that tries to be lines of a log, to move a cursor, or to be no text at all. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\n# git bisect bad ",
        "\rtesting commit ",
        "\u001b[2J",
        "\u2028crash: ",
        "\u0085first bad commit: ",
        "\u202e",
        "\u0000",
        "\ttab",
        "`$(reboot)`",
        "ö😀",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(""));

type Act = (story: Story) => void;

const name = fc.constantFrom("a", "b", "c", "d", "crashing");
const marks = fc
  .array(fc.constantFrom("x", "w", "f", ".", "b", "n", "l", "h", "o"), { maxLength: 5 })
  .map((all) => all.join(""));
const left = { suspects: 3, steps: 2 };

/** Anything that may come after anything; that a probe is open, or a kernel planned, is left to luck. */
const act = (text: fc.Arbitrary<string>): fc.Arbitrary<Act> =>
  fc.oneof(
    fc
      .record({ stage: fc.constantFrom(...probeStage.options), name, marks, label: text })
      .map((made): Act => {
        return (story) =>
          story.test(made.stage, made.name, made.marks, { left, label: made.label });
      }),
    fc.tuple(name, text, text).map(([of, subject, author]): Act => {
      return (story) =>
        story.describe(of, {
          subject,
          message: `${subject}\n\n${author}`,
          author: { name: author, email: author },
          authored: author,
          diffstat: [subject, author],
          recipients: { to: [author], cc: [subject] },
        });
    }),
    fc.tuple(name, text).map(([of, line]): Act => {
      return (story) => story.test("search", of, "", { broken: [line], left });
    }),
    fc.tuple(name, text).map(([of, title]): Act => {
      const crash = { title: `${title} `, type: title, frame: null, stack: [title] };
      return (story) => story.choose("search", of, 1).build(of).run(of, "crashed", [crash]);
    }),
    fc.tuple(name, marks).map(
      ([of, some]): Act =>
        (story) =>
          story.build(of).runs(of, some),
    ),
    fc.tuple(name, name).map(
      ([a, b]): Act =>
        (story) =>
          story.range(a, b),
    ),
    fc.tuple(name, name).map(([a, b]): Act => {
      const before = [commit("clean")];
      return (story) =>
        story.add({
          kind: "merge-bases-listed",
          after: commit("crashing"),
          before,
          bases: [commit(a), commit(b)],
        });
    }),
    fc.tuple(fc.constantFrom(...bisectionEnd.options), name, text).map(([end, of, why]): Act => {
      const culprit = end === "found" || end === "unconfirmed" ? commit(of) : null;
      const confidence = culprit === null ? null : 0.75;
      return (story) =>
        story.conclude(end, { culprit, confidence, candidates: [commit("d")], why });
    }),
    text.map(
      (message): Act =>
        (story) =>
          story.add({ kind: "stopped", reason: "killed", message }),
    ),
    fc.nat({ max: 100_000 }).map(
      (seconds): Act =>
        (story) =>
          story.resume(seconds),
    ),
    text.map(
      (title): Act =>
        (story) =>
          story.symbolize("a", "BUG: pond\n", title),
    ),
    text.map(
      (why): Act =>
        (story) =>
          story.check("parent-clean", "failed", { why, of: 2 }),
    ),
    fc.tuple(name, text, fc.constantFrom("before", "after", "untestable")).map(
      ([of, why, verdict]): Act =>
        (story) =>
          story.add({ kind: "overridden", commits: [commit(of)], verdict, why, source: "user" }),
    ),
    fc.tuple(name, text, fc.integer({ min: 1, max: 9 })).map(([of, why, more]): Act => {
      const [kernel, hash] = [commit(of).slice(0, 12), commit(of)];
      return (story) =>
        story.add({ kind: "runs-added", kernel, commit: hash, more, runs: more + 4, why });
    }),
    fc.nat({ max: 20 }).map(
      (override): Act =>
        (story) =>
          story.add({ kind: "override-undone", override }),
    ),
    fc.constant<Act>((story) => story.bug()),
    fc.constant<Act>((story) =>
      story.add({
        kind: "kernels-equal",
        kernels: [commit("a").slice(0, 12), commit("b").slice(0, 12)],
        how: "tokens",
      }),
    ),
  );

/** Lists of events in orders that a bisection can produce, and in many that it cannot. */
export function anyStory(text: fc.Arbitrary<string> = hostileText): fc.Arbitrary<Story> {
  return fc
    .tuple(
      fc.constantFrom("cause" as const, "fix" as const),
      fc.array(act(text), { maxLength: 12 }),
    )
    .map(([find, acts]) => {
      const story = new Story(find).start();
      for (const each of acts) each(story);
      return story;
    });
}
