#!/bin/sh
# The matrix that is too long for every change: kernels of several releases, compilers, machines.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# Beside what every check needs; a package that this release of Debian lacks is named by the test that wants it.
missing=
while read -r package; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done <setup/debian-packages-full.txt
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "setup: the matrix needs more packages; run as root:" >&2
    echo "  apt-get install -y --no-install-recommends$missing" >&2
    exit 1
  fi
  echo "setup: installing Debian packages:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y --no-install-recommends -qq -o DPkg::Lock::Timeout=590 -o Dpkg::Use-Pty=0 $missing >/dev/null
fi
sh setup/prebuilt-kernel.sh
sh setup/prebuilt-kernel.sh arm64
vitest run --project full
