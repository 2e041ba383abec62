/**
 * Bisects the scenarios of a file, each with its own simulated bug in a real git repository, and holds what came of
 * them against what the file expects:
 *
 *     npm run scenarios -- FILE [--policy NAME] [--json]
 *
 * Without --policy: all expectations with syzbot-2026, whose program they are of, and the same culprits with
 * `adaptive`. Exits with 1 where anything is otherwise, with 129 where the command line or the file cannot be read.
 */
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { isPolicy } from "./bisected.ts";
import { makeRepository } from "./repository.ts";
import { checkRules } from "./rules-cases.ts";
import { exactPolicy, runScenario } from "./run.ts";
import { readScenarios, type ScenarioFile, ScenarioFileError } from "./scenario-file.ts";
import { rulesTable, scenariosTable } from "./table.ts";

const usage = "usage: npm run scenarios -- FILE [--policy NAME] [--json]";

interface Asked {
  readonly file: string;
  readonly policies: readonly string[];
  readonly json: boolean;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const asked = askedFor(process.argv.slice(2));
  if (typeof asked === "string") return complain(asked);
  try {
    return (await check(await readScenarios(asked.file), asked)) ? 0 : 1;
  } catch (error) {
    if (error instanceof ScenarioFileError) return complain(error.message);
    throw error;
  }
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`);
  return 129;
}

function askedFor(words: string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { policy: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return usage;
    const { policy, json } = values;
    if (policy !== undefined && !isPolicy(policy)) return `there is no policy ${policy}\n${usage}`;
    return { file, json, policies: policy === undefined ? [exactPolicy, "adaptive"] : [policy] };
  } catch (error) {
    return `${(error as Error).message}\n${usage}`;
  }
}

/** Whether all is as the file expects. */
async function check(file: ScenarioFile, { policies, json }: Asked): Promise<boolean> {
  const repository = makeRepository();
  const missing = file.scenarios.find(({ given }) => !repository.has(given.start_commit));
  if (missing !== undefined) {
    const { name, given } = missing;
    throw new ScenarioFileError(`${name}: the repository has no commit ${given.start_commit}`);
  }
  let passed = true;
  const told: object[] = [];
  try {
    for (const policy of policies) {
      const results = [];
      for (const scenario of file.scenarios) {
        results.push(await runScenario(scenario, policy, repository));
      }
      passed &&= results.every(({ pass }) => pass);
      told.push(
        ...results.map(({ differences, ...result }) => ({ ...result, policy, differences })),
      );
      if (!json) process.stdout.write(scenariosTable(policy, results));
    }
  } finally {
    rmSync(repository.folder, { recursive: true, force: true });
  }
  const rules = checkRules(file);
  passed &&= rules.every(({ pass }) => pass);
  if (json) for (const one of [...told, ...rules]) process.stdout.write(`${JSON.stringify(one)}\n`);
  else process.stdout.write(rulesTable(rules));
  return passed;
}
