#!/bin/sh
# Everything that must hold of a commit, cheapest first.
set -eu
echo "== format and lint" && biome check .
echo "== types" && tsc && tsc -p web
echo "== unused code" && knip --no-progress
echo "== fast tests" && vitest run --project fast
echo "== tests on real kernels" && sh setup/prebuilt-kernel.sh && vitest run --project real
