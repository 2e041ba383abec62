/**
 * The share of right answers by posterior, measured; `bugs`: on how many. Made by
 * `node bench/calibrate.ts` on uboot-13k, 1500 bugs of the REAL mix from seed 7001.
 */
export const confidenceTable = {
  version: "uboot-13k-1500-7001",
  points: [
    { posterior: 0.001, stated: 0.001 },
    { posterior: 0.06809, stated: 0.15909, bugs: 21 },
    { posterior: 0.15307, stated: 0.21154, bugs: 25 },
    { posterior: 0.26753, stated: 0.25, bugs: 29 },
    { posterior: 0.43427, stated: 0.33824, bugs: 33 },
    { posterior: 0.59178, stated: 0.41667, bugs: 17 },
    { posterior: 0.73694, stated: 0.7973, bugs: 36 },
    { posterior: 0.88732, stated: 0.86972, bugs: 141 },
    { posterior: 0.93414, stated: 0.94231, bugs: 25 },
    { posterior: 0.98464, stated: 0.975, bugs: 19 },
    { posterior: 0.99417, stated: 0.99634, bugs: 955 },
    { posterior: 0.99894, stated: 0.9975, bugs: 199 },
  ],
} as const;
