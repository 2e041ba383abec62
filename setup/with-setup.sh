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

sh setup/install-packages.sh setup/debian-packages.txt

PATH="$root/node_modules/.bin:$PATH"
export PATH

# The pages are built where they are not, or are older than what they are built from.
built=dist/web/index.html
if [ ! -f "$built" ] || [ -n "$(find web src/view src/report package-lock.json -newer "$built" -type f -print -quit)" ]; then
  echo "setup: building the pages" >&2
  npm run --silent pages >&2
fi
exec "$@"
