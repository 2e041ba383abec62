import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { indexOf } from "../src/history/graph-hashes.ts";
import type { Culprit } from "../src/simulate/culprits.ts";
import { readDagFile, type SimulatedHistory } from "../src/simulate/dag-file.ts";
import { madeHistory } from "./made-history.ts";

/** The history `name` of a folder of commit graphs, or a made-up one of `count` commits where it is not there. */
export function benchHistory(dags: string | null, name: string, count: number): SimulatedHistory {
  const path = dags === null ? null : join(dags, `${name}.jsonl.gz`);
  if (path === null || !existsSync(path)) return madeHistory(count);
  return readDagFile(gunzipSync(readFileSync(path)).toString("utf8"));
}

const sourceFile = /\.[chS]$/;

/**
 * Real culprits: pairs of a fix and the commit that it names, the files of the fix standing in for those
 * of a crash report, its first C file for the guilty one. Pairs that change no code are no crashes.
 */
export function realCulprits(dags: string, name: string, history: SimulatedHistory): Culprit[] {
  const path = join(dags, `${name}.fixes.jsonl`);
  const { graph, touched } = history;
  if (touched === null || !existsSync(path)) return [];
  const filesOf = (commit: number) =>
    Array.from(touched.files.subarray(touched.start[commit], touched.start[commit + 1]), (file) =>
      String(touched.paths[file]),
    );
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const pair = JSON.parse(line) as { fix: string; culprit: string };
      const [fix, culprit] = [indexOf(graph, pair.fix), indexOf(graph, pair.culprit)];
      if (fix < 0 || culprit < 0) return [];
      const code = filesOf(fix).filter((file) => sourceFile.test(file));
      if (code.length === 0 || !filesOf(culprit).some((file) => sourceFile.test(file))) return [];
      const others = filesOf(fix).filter((file) => !sourceFile.test(file));
      return [{ culprit, report: { guilty: code[0] as string, stack: [...code, ...others] } }];
    });
}
