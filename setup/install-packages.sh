#!/bin/sh
# install-packages.sh LIST: brings the Debian packages that the file LIST names, one a line, where they are missing.
set -eu
missing=
while read -r package; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done <"$1"
[ -n "$missing" ] || exit 0
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
