import { readFile } from "node:fs/promises";
import { z } from "zod";

/** Commits have numbers for titles; so large none of them is. */
const number = z.number().int().min(0).max(99_999);
const range = z.tuple([number, number]).nullable().default(null);
const flag = z.boolean().default(false);
const text = z.string().max(200);

const given = z.strictObject({
  mode: z.enum(["cause", "fix"]),
  start_branch: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected the name of a branch"),
  start_commit: number,
  introduced: number.nullable().default(null),
  fixed_by: number.nullable().default(null),
  broken: range,
  infra_errors: range,
  same_binary: range,
  flaky: flag,
  inject_syz_failure: flag,
  inject_lost_connection: flag,
  report_type: text.default("UNKNOWN"),
  baseline_config: text.nullable().default(null),
  cross_tree: flag,
  also_with_unknown_hash: flag,
});

const expected = z.discriminatedUnion("error", [
  z.strictObject({ error: z.literal(true), error_kind: text.nullable().default(null) }),
  z.strictObject({
    error: z.literal(false),
    commits: z.number().int().min(0).max(10_000),
    culprit: number.nullable(),
    report: z.boolean(),
    oldest_or_latest: number.nullable(),
    noop: z.boolean(),
    release: z.boolean(),
    config: text.nullable().default(null),
    confidence: z
      .strictObject({ greater_than: z.number().min(0).max(1).optional() })
      .nullable()
      .default(null),
    candidates_derived_with_git: z.array(number).max(10_000).optional(),
  }),
]);

const peer = z.looseObject({
  revisions_tested: z.number().int().min(0).max(100_000).nullable().default(null),
});

const scenario = z.strictObject({
  name: text.min(1),
  what: z.string().max(2000).default(""),
  given,
  expect: expected,
  peer_2024: peer.nullable().default(null),
});

const runs = z.number().int().min(0).max(1000);
const reports = z.array(z.tuple([text, text])).max(1000);

/** The form of a file of scenarios; keys that only explain are not read. */
const scenarioFile = z.looseObject({
  scenarios: z.array(scenario).max(1000),
  verdict_cases: z
    .array(
      z.strictObject({
        name: text,
        flaky: z.boolean(),
        total: runs,
        good: runs,
        bad: runs,
        infra: runs,
        skip: runs,
        expect: text,
      }),
    )
    .max(1000)
    .default([]),
  representative_report_cases: z
    .array(
      z.strictObject({
        name: text,
        reports,
        expect: z.strictObject({
          representative: text.nullable(),
          types: z.array(text).max(100),
          others_present: z.boolean(),
        }),
      }),
    )
    .max(1000)
    .default([]),
  pick_release_tags_cases: z
    .array(
      z.strictObject({
        name: text,
        tags: z.array(text).max(10_000),
        expect: z.array(text).max(10_000),
      }),
    )
    .max(1000)
    .default([]),
});

export type ScenarioFile = z.infer<typeof scenarioFile>;
export type Scenario = ScenarioFile["scenarios"][number];
export type Given = Scenario["given"];
export type Expected = Scenario["expect"];

/** A file of scenarios that cannot be read; the message says which one, and why. */
export class ScenarioFileError extends Error {}

/** So large is no file of scenarios. */
const longest = 16 * 1024 ** 2;
/** So many faults are told. */
const toldFaults = 10;

/** The scenarios in the file `path`. Throws {@link ScenarioFileError} where it is of another form. */
export async function readScenarios(path: string): Promise<ScenarioFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ScenarioFileError(`cannot read ${path}: ${(error as Error).message}`);
  }
  if (bytes.length > longest) throw new ScenarioFileError(`${path} is ${bytes.length} bytes long`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new ScenarioFileError(`${path} is no JSON: ${(error as Error).message}`);
  }
  const read = scenarioFile.safeParse(value);
  if (read.success) return read.data;
  const faults = read.error.issues.slice(0, toldFaults).map(({ path: at, message }) => {
    return `  ${at.join(".") || "the file"}: ${message}`;
  });
  throw new ScenarioFileError(
    [`${path} has no scenarios of the known form:`, ...faults].join("\n"),
  );
}
