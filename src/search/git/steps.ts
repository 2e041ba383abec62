/**
 * About how many more tests `suspects` suspects take, the one that is chosen now not counted: git's
 * estimate. With n the whole part of the binary logarithm, a commit takes n more tests or one less,
 * and git says which is likelier.
 */
export function stepsLeft(suspects: number): number {
  if (suspects < 3) return 0;
  const n = Math.floor(Math.log2(suspects));
  const power = 2 ** n;
  return power < 3 * (suspects - power) ? n : n - 1;
}
