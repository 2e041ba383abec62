import { RE2JS } from "re2js";
import { z } from "zod";

/** A pattern is the user's own and short; compiling takes memory by its length. */
const longestPattern = 1000;

/** A regular expression (RE2), with at least `groups` groups. */
function pattern(groups = 0) {
  return z
    .string()
    .min(1)
    .max(longestPattern)
    .superRefine((text, context) => {
      const say = (message: string) => context.addIssue({ code: "custom", message });
      try {
        if (RE2JS.compile(text).groupCount() < groups) say("needs a group around the number");
      } catch (error) {
        say(`is no regular expression: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
}

/** What counts as the bug: one of these says which kind of thing it is. */
const kinds = [
  "title",
  "pattern",
  "crash",
  "boot",
  "build",
  "hangs",
  "message",
  "test",
  "number",
  "boot-time",
] as const;

/** Keys that belong to some kinds, and to which; of `build`, a `message` is what it says. */
const belongsTo: Readonly<Record<string, readonly (typeof kinds)[number][]>> = {
  is: ["message", "test"],
  missing: ["test"],
  worse: ["number", "boot-time"],
  threshold: ["number", "boot-time"],
  "at-least": ["number", "boot-time"],
  until: ["boot-time"],
};

/** What `is` may say, by the kind. */
const states = { message: ["present", "absent"], test: ["failing", "passing"] } as const;

/** What counts as the bug that is bisected. */
export const expectSchema = z
  .strictObject({
    /** The title that a crash has, to the letter. */
    title: z.string().trim().min(1).optional(),
    /** Found in a crash's title or its report. */
    pattern: pattern().optional(),
    /** Any crash. */
    crash: z.literal("any").optional(),
    /** It does not boot. */
    boot: z.literal("fails").optional(),
    /** It does not build; with `message`, and the build says so. */
    build: z.literal("fails").optional(),
    /** It does not end in its time. */
    hangs: z.union([z.literal(true), z.enum(["machine", "reproducer"])]).optional(),
    /** Found in a line of the console. */
    message: pattern().optional(),
    /** Name of a test in TAP or KTAP on the console. */
    test: z.string().trim().min(1).max(500).optional(),
    /** Its first group is a number in a line of the console. */
    number: pattern(1).optional(),
    /** Seconds that the boot takes. */
    "boot-time": z.literal(true).optional(),
    is: z.enum(["present", "absent", "failing", "passing"]).optional(),
    missing: z.enum(["nothing", "failing", "passing"]).optional(),
    worse: z.enum(["higher", "lower"]).optional(),
    threshold: z.number().optional(),
    /** Share by which the medians must differ, 0.1 for 10 %. */
    "at-least": z.number().positive().max(1e6).optional(),
    /** The line of the console that ends the boot. */
    until: pattern().optional(),
  })
  .superRefine((value, context) => {
    const say = (message: string, ...path: string[]) =>
      context.addIssue({ code: "custom", path, message });
    const given = kinds.filter((kind) => value[kind] !== undefined);
    const isBuild = given.includes("build");
    const named = isBuild ? given.filter((kind) => kind !== "message") : given;
    const [kind] = named;
    if (kind === undefined || named.length > 1) {
      say(`needs exactly one of ${kinds.map((name) => `\`${name}\``).join(", ")}`);
      return;
    }
    for (const [key, owners] of Object.entries(belongsTo)) {
      if (value[key as keyof typeof value] === undefined || owners.includes(kind)) continue;
      say(`goes with ${owners.map((name) => `\`${name}\``).join(" or ")}`, key);
    }
    if (value.is !== undefined && (kind === "message" || kind === "test")) {
      const known: readonly string[] = states[kind];
      if (!known.includes(value.is)) say(`expected ${known.join(" or ")}`, "is");
    }
    if (kind === "number" && value.worse === undefined) {
      say("is needed: whether a `higher` or a `lower` number is the bug", "worse");
    }
  });

/** What counts as the bug, as a job file has it. */
export type Expect = z.infer<typeof expectSchema>;
