#!/bin/sh
# Debian's prebuilt kernel for virtual machines, out of its package, which is not installed: the kernel that
# tests boot in QEMU. Prints where it is.
set -eu
folder="${FIRSTBAD_TEST_CACHE:-$HOME/.cache/firstbad-test}/prebuilt"
kernel="$folder/vmlinuz"
if [ ! -s "$kernel" ]; then
  mkdir -p "$folder"
  work=$(mktemp -d "$folder/making-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # The package of this name has no files, and depends on the newest that has.
  newest() { apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: *\(linux-image-[^ ]*\)$/\1/p' | head -n 1; }
  package=$(newest)
  if [ -z "$package" ] && [ "$(id -u)" = 0 ]; then
    apt-get update -qq >&2
    package=$(newest)
  fi
  [ -n "$package" ] || { echo "setup: apt does not know linux-image-cloud-amd64; run as root: apt-get update" >&2; exit 1; }
  echo "setup: unpacking the kernel of $package" >&2
  (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$package" >&2)
  dpkg-deb --fsys-tarfile "$work"/*.deb | tar -xO --wildcards './boot/vmlinuz-*' >"$work/vmlinuz"
  [ -s "$work/vmlinuz" ]
  # Under its name only when whole: two checks may do this at once.
  mv "$work/vmlinuz" "$kernel"
fi
echo "$kernel"
