#!/bin/sh
# prebuilt-kernel.sh [amd64|arm64]: Debian's prebuilt kernel for virtual machines, out of its package, which
# is not installed: the kernel that tests boot in QEMU, and its modules for virtio. Prints the folder.
set -eu
arch="${1:-amd64}"
root="${FIRSTBAD_TEST_CACHE:-$HOME/.cache/firstbad-test}"
case "$arch" in
amd64) folder="$root/prebuilt" ;;
arm64) folder="$root/prebuilt-arm64" ;;
*) echo "setup: no kernel is known for $arch" >&2; exit 1 ;;
esac

if [ ! -s "$folder/vmlinuz" ] || [ ! -s "$folder/modules/modules.dep" ]; then
  mkdir -p "$folder"
  work=$(mktemp -d "$folder/making-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # Of another architecture apt keeps its lists here: this machine's own are not touched.
  options="-o APT::Sandbox::User=root"
  if [ "$arch" != "$(dpkg --print-architecture)" ]; then
    state="$root/apt-$arch"
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    options="$options -o APT::Architecture=$arch -o APT::Architectures=$arch -o Dir::State=$state"
    options="$options -o Dir::State::status=/dev/null -o Dir::Cache=$state/cache"
  fi
  # The package of this name has no files, and depends on the newest that has.
  newest() { apt-cache $options depends "linux-image-cloud-$arch" 2>/dev/null | sed -n 's/^ *Depends: *\(linux-image-[^ ]*\)$/\1/p' | head -n 1; }
  package=$(newest)
  if [ -z "$package" ] && { [ "$(id -u)" = 0 ] || [ -n "${state:-}" ]; }; then
    apt-get $options update -qq >&2
    package=$(newest)
  fi
  [ -n "$package" ] || { echo "setup: apt does not know linux-image-cloud-$arch; run as root: apt-get update" >&2; exit 1; }
  echo "setup: unpacking the kernel of $package" >&2
  (cd "$work" && apt-get $options download -qq "$package" >&2)
  dpkg-deb --fsys-tarfile "$work"/*.deb | tar -xO --wildcards './boot/vmlinuz-*' >"$work/vmlinuz"
  [ -s "$work/vmlinuz" ]
  mkdir "$work/files" "$work/modules"
  dpkg-deb --fsys-tarfile "$work"/*.deb | tar -xC "$work/files" --wildcards './lib/modules/*/virtio*.ko*'
  # What each needs, as depmod would find it.
  while read -r module needs; do
    file=$(find "$work/files" -name "$module.ko*" | head -n 1)
    case "$file" in
    *.xz) xz -dc "$file" >"$work/modules/$module.ko" ;;
    *) cp "$file" "$work/modules/$module.ko" ;;
    esac
    echo "$module.ko:$(for name in $needs; do printf ' %s.ko' "$name"; done)"
  done >"$work/modules.dep" <<END
virtio_ring
virtio virtio_ring
virtio_pci_modern_dev
virtio_pci_legacy_dev
virtio_pci virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev
virtio_console virtio virtio_ring
virtio_blk virtio virtio_ring
END
  mv "$work/modules.dep" "$work/modules/modules.dep"
  # Under their names only when whole: two checks may do this at once.
  mv "$work/vmlinuz" "$folder/vmlinuz"
  rm -rf "$folder/modules"
  mv "$work/modules" "$folder/modules"
fi
echo "$folder"
