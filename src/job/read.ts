import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { Failure } from "../failure/failure.ts";
import { withInputPaths } from "./inputs.ts";
import { withKeptPaths } from "./machine-paths.ts";
import { type Reproducer, syzkallerOf } from "./reproducer.ts";
import { type Job, kernelJobSchema, programJobSchema } from "./schema.ts";
import { suggest } from "./suggest.ts";

/** Largest job file that is read. */
const largestJob = 1024 * 1024;

/**
 * A value that replaces the one at `path` in a job file: `{path: ["kernel", "clean"], value: "v6.1"}`.
 * A path that begins with `target` is of `kernel` or `program`, whichever the job has.
 */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Overrides of the values that are given; those that are undefined leave the job as it is. */
export function overridesBy(given: readonly (readonly [Override["path"], unknown])[]): Override[] {
  return given.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }]));
}

/**
 * The job in the YAML file `path`, overrides applied, validated, its paths made absolute (relative ones
 * count from the file's folder, `~` is the user's home).
 *
 * Throws `job-not-readable`, `job-not-yaml`, or `job-invalid` with every problem in one message.
 */
export async function readJob(path: string, overrides: readonly Override[] = []): Promise<Job> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new Failure("job-not-readable", `cannot read the job file ${path}: ${reason(error)}`, {
      facts: { path },
      hint: "name one: `firstbad bisect JOB.yaml`; docs/job.md describes it",
      cause: error,
    });
  }
  return parseJob(text, { path, overrides });
}

/** As {@link readJob}, from text; `path` is where it would lie. */
export function parseJob(
  text: string,
  { path, overrides = [] }: { path: string; overrides?: readonly Override[] },
): Job {
  const value = parseYaml(text, path);
  const kind = kindOf(value, path);
  for (const override of overrides) put(value, ofTarget(override, kind), path);
  return validJob(value, kind, path);
}

/**
 * The job that is `value`, as if it had been read from `path`. Throws `job-invalid` with every problem in
 * one message.
 */
export function validJob(value: Record<string, unknown>, kind: Job["kind"], path: string): Job {
  const schema = kind === "kernel" ? kernelJobSchema : programJobSchema;
  const result = schema.safeParse(value);
  if (!result.success) {
    const problems = result.error.issues.flatMap((issue) => describe(issue, value, schema));
    throw invalid(path, problems);
  }
  return withAbsolutePaths({ kind, ...result.data } as Job, dirname(resolve(path)));
}

/** Which kind of target the job has; one that has neither is taken for a kernel's. */
function kindOf(value: Record<string, unknown>, path: string): Job["kind"] {
  if (!Object.hasOwn(value, "program")) return "kernel";
  if (!Object.hasOwn(value, "kernel")) return "program";
  throw invalid(path, ["kernel, program: a job has one of them, not both"]);
}

function ofTarget({ path, value }: Override, kind: Job["kind"]): Override {
  return { path: path[0] === "target" ? [kind, ...path.slice(1)] : path, value };
}

function invalid(path: string, problems: readonly string[]): Failure {
  return new Failure("job-invalid", `${path} is not a valid job:\n  ${problems.join("\n  ")}`, {
    facts: { path, problems },
    hint: "docs/job.md describes every key",
  });
}

function parseYaml(text: string, path: string): Record<string, unknown> {
  const notYaml = (why: string) =>
    new Failure("job-not-yaml", `${path} is not a job in YAML: ${why}`, { facts: { path } });
  if (text.length > largestJob) throw notYaml("it is larger than 1 MiB");
  const document = parseDocument(text, { prettyErrors: true });
  const error = document.errors[0];
  if (error !== undefined) throw notYaml(error.message);
  let value: unknown;
  try {
    // Without a limit, aliases of aliases would grow a small text into a value of any size.
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw notYaml(reason(cause));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw notYaml("it has no keys at its top level");
  }
  return value as Record<string, unknown>;
}

function put(target: Record<string, unknown>, { path, value }: Override, file: string): void {
  let at = target;
  for (const key of path.slice(0, -1)) {
    const below = Object.hasOwn(at, key) ? at[key] : undefined;
    if (below !== undefined && (typeof below !== "object" || below === null)) {
      throw new Failure(
        "job-invalid",
        `${file}: ${path.join(".")} cannot be set below a plain value`,
      );
    }
    at[key] = below ?? {};
    at = at[key] as Record<string, unknown>;
  }
  at[path.at(-1) ?? ""] = value;
}

/** The problem as lines for people; an unknown key gets the known one that is nearest. */
function describe(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): string[] {
  const where = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      // What another kind of the same thing has is known, and none here.
      const known = knownKeys(schema, issue.path.map(String)).filter((other) => other !== key);
      const near = suggest(key, known);
      const full = where === "" ? key : `${where}.${key}`;
      return `${full}: unknown key${near === null ? "" : `, did you mean \`${near}\`?`}`;
    });
  }
  if (issue.code === "invalid_union") {
    const nearest = issue.errors.at(-1) ?? [];
    const inner = nearest.flatMap((below) =>
      describe(
        { ...below, path: [...issue.path, ...below.path] } as z.core.$ZodIssue,
        value,
        schema,
      ),
    );
    return inner.length > 0 ? inner : [`${where}: ${issue.message}`];
  }
  return [`${where === "" ? "the job" : where}: ${issue.message.replace(/^Invalid input: /, "")}`];
}

/** Keys that the schema knows at `path`; used for suggestions only. */
function knownKeys(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let shape: unknown = schema;
  for (const key of path) shape = shapeOf(shape)?.[key];
  return Object.keys(shapeOf(shape) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const inner = schema as
    | {
        shape?: Record<string, unknown>;
        options?: unknown[];
        in?: unknown;
        /** Of one that may be left out. */
        def?: { innerType?: unknown };
      }
    | undefined;
  if (inner?.in !== undefined) return shapeOf(inner.in);
  if (inner?.def?.innerType !== undefined) return shapeOf(inner.def.innerType);
  if (inner?.shape !== undefined || inner?.options === undefined) return inner?.shape;
  return Object.assign({}, ...inner.options.map((option) => shapeOf(option) ?? {}));
}

function withAbsolutePaths(job: Job, folder: string): Job {
  const absolute = (path: string) =>
    resolve(folder, path.startsWith("~/") ? `${homedir()}${path.slice(1)}` : path);
  const withRepo: Job =
    job.kind === "kernel"
      ? {
          ...job,
          kernel: {
            ...job.kernel,
            repo: absolute(job.kernel.repo),
            compilers: job.kernel.compilers.map(absolute),
          },
          reproducer: withSyzkaller(job.reproducer, absolute),
          machine: withKeptPaths(job.machine, absolute),
        }
      : { ...job, program: { ...job.program, repo: absolute(job.program.repo) } };
  return withInputPaths(withRepo, absolute);
}

function withSyzkaller(given: Reproducer, absolute: (path: string) => string): Reproducer {
  if (given.syzkaller === undefined) return given;
  const { folder, commit } = syzkallerOf(given.syzkaller);
  return { ...given, syzkaller: `${absolute(folder)}@${commit}` };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
