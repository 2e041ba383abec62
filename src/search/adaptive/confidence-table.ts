/** identity for the first measurements */
export const confidenceTable = {
  version: "none",
  points: [
    { posterior: 1e-9, stated: 1e-9 },
    { posterior: 1 - 1e-9, stated: 1 - 1e-9 },
  ],
} as const;
