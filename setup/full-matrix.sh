#!/bin/sh
# The matrix that is too long for every change: kernels of several releases, compilers, machines.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# Beside what every check needs; a package that this release of Debian lacks is named by the test that wants it.
sh setup/install-packages.sh setup/debian-packages-full.txt
sh setup/prebuilt-kernel.sh
sh setup/prebuilt-kernel.sh arm64
vitest run --project full
