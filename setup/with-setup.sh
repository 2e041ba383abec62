#!/bin/sh
# with-setup.sh COMMAND…: brings what the checkout needs (npm and Debian packages), then runs COMMAND.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# npm leaves this file behind as its last act: older than the lock file means not installed as locked.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  echo "setup: installing npm packages" >&2
  # Not `npm ci`: npm 11's refuses a registry that lacks other platforms' optional packages.
  npm install --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
fi

missing=
while read -r package; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done <setup/debian-packages.txt
if [ -n "$missing" ]; then
  install="apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "setup: these Debian packages are missing; run as root:" >&2
    echo "  apt-get update && $install" >&2
    exit 1
  fi
  echo "setup: installing Debian packages:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  $install -qq -o DPkg::Lock::Timeout=590 -o Dpkg::Use-Pty=0 >/dev/null
fi

PATH="$root/node_modules/.bin:$PATH"
export PATH
exec "$@"
