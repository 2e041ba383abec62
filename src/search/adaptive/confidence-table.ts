/**
 * The share of right answers by posterior, measured; `bugs`: on how many. Made by
 * `node bench/calibrate.ts` on uboot-13k, 2400 bugs of the REAL mix from seed 1001.
 */
export const confidenceTable = {
  version: "uboot-13k-2400-1001",
  points: [
    { posterior: 0.001, stated: 0.001 },
    { posterior: 0.06439, stated: 0.05208, bugs: 47 },
    { posterior: 0.14919, stated: 0.22727, bugs: 54 },
    { posterior: 0.27408, stated: 0.29245, bugs: 52 },
    { posterior: 0.42903, stated: 0.43, bugs: 49 },
    { posterior: 0.59136, stated: 0.44286, bugs: 34 },
    { posterior: 0.71775, stated: 0.73611, bugs: 35 },
    { posterior: 0.92529, stated: 0.87993, bugs: 278 },
    { posterior: 0.98428, stated: 0.98485, bugs: 32 },
    { posterior: 0.99222, stated: 0.99108, bugs: 1064 },
    { posterior: 0.99658, stated: 0.9951, bugs: 509 },
    { posterior: 0.99888, stated: 0.99798, bugs: 246 },
  ],
} as const;
