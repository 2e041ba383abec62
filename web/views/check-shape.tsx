import type { BisectionView } from "../../src/view/schema.ts";

type Result = BisectionView["checks"][number]["result"];

const paths: Record<Result, string> = {
  passed: "M1.4 6.6 2.9 5l2 2 4.3-4.6 1.5 1.4L4.9 10z",
  failed: "M2 3.2 3.2 2 6 4.8 8.8 2 10 3.2 7.2 6 10 8.8 8.8 10 6 7.2 3.2 10 2 8.8 4.8 6z",
  unknown: "M1.5 5h9v2h-9z",
};
const tones: Record<Result, string> = { passed: "good", failed: "bad", unknown: "unsure" };

/** The shape of a check's result: ✓ passed, × failed, – unknown. Says nothing aloud. */
export function CheckShape({ result }: { result: Result }) {
  return (
    <svg
      class={`mark tone-${tones[result]}`}
      viewBox="0 0 12 12"
      width="12"
      height="12"
      aria-hidden="true"
    >
      <path d={paths[result]} />
    </svg>
  );
}
