/**
 * The share of right answers by posterior, measured; `bugs`: on how many. Made by
 * `node bench/calibrate.ts` on uboot-13k, 2400 bugs of the REAL mix from seed 1001.
 */
export const confidenceTable = {
  version: "uboot-13k-2400-1001",
  points: [
    { posterior: 0.001, stated: 0.001 },
    { posterior: 0.06028, stated: 0.04839, bugs: 30 },
    { posterior: 0.15121, stated: 0.20238, bugs: 41 },
    { posterior: 0.28102, stated: 0.26744, bugs: 42 },
    { posterior: 0.50509, stated: 0.38971, bugs: 67 },
    { posterior: 0.73038, stated: 0.77586, bugs: 28 },
    { posterior: 0.92908, stated: 0.93509, bugs: 284 },
    { posterior: 0.98543, stated: 0.97581, bugs: 61 },
    { posterior: 0.99187, stated: 0.99141, bugs: 988 },
    { posterior: 0.99663, stated: 0.99348, bugs: 536 },
    { posterior: 0.99896, stated: 0.99846, bugs: 323 },
  ],
} as const;
