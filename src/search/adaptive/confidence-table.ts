/**
 * The share of right answers by posterior, measured; `bugs`: on how many. Made by
 * `node bench/calibrate.ts` on uboot-13k, 2400 bugs of the REAL mix from seed 1001.
 */
export const confidenceTable = {
  version: "uboot-13k-2400-1001",
  points: [
    { posterior: 0.001, stated: 0.001 },
    { posterior: 0.06613, stated: 0.03409, bugs: 43 },
    { posterior: 0.1539, stated: 0.27174, bugs: 45 },
    { posterior: 0.27798, stated: 0.31132, bugs: 52 },
    { posterior: 0.49677, stated: 0.42361, bugs: 71 },
    { posterior: 0.72721, stated: 0.72581, bugs: 30 },
    { posterior: 0.93029, stated: 0.88908, bugs: 292 },
    { posterior: 0.98323, stated: 0.98529, bugs: 33 },
    { posterior: 0.99251, stated: 0.99154, bugs: 886 },
    { posterior: 0.99662, stated: 0.99374, bugs: 558 },
    { posterior: 0.99899, stated: 0.99616, bugs: 390 },
  ],
} as const;
