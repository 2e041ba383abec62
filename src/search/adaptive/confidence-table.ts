/**
 * The share of right answers by posterior, measured; `bugs`: on how many. Made by
 * `node bench/calibrate.ts` on uboot-13k, 2000 bugs of the REAL mix from seed 1001.
 */
export const confidenceTable = {
  version: "uboot-13k-2000-1001",
  points: [
    { posterior: 0.001, stated: 0.001 },
    { posterior: 0.06688, stated: 0.06098, bugs: 40 },
    { posterior: 0.14722, stated: 0.24468, bugs: 46 },
    { posterior: 0.27426, stated: 0.31395, bugs: 42 },
    { posterior: 0.42833, stated: 0.35227, bugs: 43 },
    { posterior: 0.58466, stated: 0.47917, bugs: 23 },
    { posterior: 0.72367, stated: 0.78205, bugs: 38 },
    { posterior: 0.88537, stated: 0.8699, bugs: 195 },
    { posterior: 0.93745, stated: 0.91667, bugs: 29 },
    { posterior: 0.98294, stated: 0.95455, bugs: 32 },
    { posterior: 0.99245, stated: 0.99135, bugs: 866 },
    { posterior: 0.99655, stated: 0.99436, bugs: 442 },
    { posterior: 0.9989, stated: 0.99756, bugs: 204 },
  ],
} as const;
