/**
 * Makes the table that turns a posterior into the confidence that is stated: the share of right answers
 * among simulated bugs of the REAL mix, by posterior, made monotone.
 *
 *     node bench/calibrate.ts [--dags FOLDER] [--bugs N] [--seed S] > src/search/adaptive/confidence-table.ts
 *
 * Measure with other seeds than those it was made with (bench/search.ts does).
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { adaptivePolicy } from "../src/search/adaptive/adaptive-policy.ts";
import { posteriorAgainstLookalikes } from "../src/search/adaptive/confidence.ts";
import { knownCosts } from "../src/simulate/costs.ts";
import { simulate } from "../src/simulate/simulate.ts";
import { realWorld } from "../src/simulate/world.ts";
import { benchHistory } from "./histories.ts";

const { values } = parseArgs({
  options: {
    dags: { type: "string" },
    bugs: { type: "string", default: "3000" },
    seed: { type: "string", default: "1001" },
  },
});

/** Borders of posteriors that are counted together. */
const borders = [0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 0.99, 0.995, 0.998, 1];

interface Bin {
  posterior: number;
  right: number;
  bugs: number;
}

const bins: Bin[] = borders.slice(1).map(() => ({ posterior: 0, right: 0, bugs: 0 }));
const history = benchHistory(values.dags ?? null, "uboot-13k", 13_000);
await simulate(
  {
    history,
    world: realWorld,
    policies: [adaptivePolicy],
    prior: "report",
    bugs: Number(values.bugs),
    seed: Number(values.seed),
    costs: knownCosts.gce,
    builders: 1,
    confidence: 0.99,
  },
  () => performance.now(),
  (done, [one]) => {
    if (done % 500 === 0) process.stderr.write(`${done} bugs\n`);
    if (one === undefined || one.posterior === null || one.named === null) return;
    const prior = one.namedPrior ?? 1;
    const posterior = one.found ? posteriorAgainstLookalikes(one.posterior, prior) : one.posterior;
    const bin = bins[borders.findLastIndex((border) => posterior >= border)] ?? bins.at(-1);
    if (bin === undefined) return;
    bin.posterior += posterior;
    bin.right += one.named === one.bug.culprit ? 1 : 0;
    bin.bugs += 1;
  },
);

const full = bins.filter(({ bugs }) => bugs > 0);
for (let k = 1; k < full.length; ) {
  const [before, bin] = [full[k - 1] as Bin, full[k] as Bin];
  if (shareOf(before) <= shareOf(bin)) k += 1;
  else {
    // Two neighbours in the wrong order are one.
    full.splice(k - 1, 2, {
      posterior: before.posterior + bin.posterior,
      right: before.right + bin.right,
      bugs: before.bugs + bin.bugs,
    });
    k = Math.max(1, k - 1);
  }
}

/** With one more of each, so that no small bin is certain. */
function shareOf({ right, bugs }: Bin): number {
  return (right + 0.5) / (bugs + 1);
}

const points = [
  { posterior: 0.001, stated: 0.001 },
  ...full.map((bin) => ({
    posterior: Number((bin.posterior / bin.bugs).toFixed(5)),
    stated: Number(shareOf(bin).toFixed(5)),
    bugs: bin.bugs,
  })),
];
console.log(`/**
 * The share of right answers by posterior, measured; \`bugs\`: on how many. Made by
 * \`node bench/calibrate.ts\` on ${history.name}, ${values.bugs} bugs of the REAL mix from seed ${values.seed}.
 */
export const confidenceTable = {
  version: "${history.name}-${values.bugs}-${values.seed}",
  points: [
${points.map((point) => `    ${JSON.stringify(point).replaceAll('"', "").replaceAll(":", ": ").replaceAll(",", ", ").replace("{", "{ ").replace("}", " }")},`).join("\n")}
  ],
} as const;`);
