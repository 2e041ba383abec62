#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a person writes for `git bisect run`: build, boot four times, look for a crash.
# Run it inside the kernel's worktree:
#
#   OUT=/tmp/out INITRD=/tmp/initrd.gz git bisect run bench/peer/bisect-step.sh
#
#   OUT      folder of the build, configured beforehand
#   INITRD   initramfs whose /init runs the reproducer and powers off
#   CC       compiler (default: gcc)
#   DONE     text on the console of a run that came to its end (default: "firstbad: done")
#   CRASH    extended regular expression of a crash (default: "BUG: |Kernel panic")
#   STEPS    file that gets a line for each step (default: $OUT/bisect-steps)
#
# Exit: 0 good, 1 bad, 125 skip.

: "${OUT:?folder of the build}" "${INITRD:?the initramfs}"
CC=${CC:-gcc}
DONE=${DONE:-firstbad: done}
CRASH=${CRASH:-BUG: |Kernel panic}
STEPS=${STEPS:-$OUT/bisect-steps}
commit=$(git rev-parse --short=12 HEAD)
consoles=$OUT/consoles/$commit
export KBUILD_BUILD_TIMESTAMP='Thu Jan 1 00:00:00 UTC 1970' LOCALVERSION=
export KBUILD_BUILD_USER=user KBUILD_BUILD_HOST=host KBUILD_BUILD_VERSION=1
# UML keeps the guest's memory in a file there.
export TMPDIR=/dev/shm

note() {
	echo "$commit $*" | tee -a "$STEPS"
}

boot() {
	timeout -k 2 60 "$OUT/linux" mem=96M initrd="$INITRD" umid="bisect-$$-$1" uml_dir="$consoles/" \
		con=null con0=null,fd:1 console=tty0 panic=-1 panic_on_warn=1 loglevel=8 \
		</dev/null >"$consoles/$1.txt" 2>/dev/null
}

mkdir -p "$consoles"
if ! make ARCH=um O="$OUT" CC="$CC" -j2 linux >"$consoles/build.log" 2>&1; then
	note skip: does not build
	exit 125
fi

# Four runs, two at a time.
for first in 1 3; do
	boot $first &
	boot $((first + 1)) &
	wait
done

crashed=$(grep -lE "$CRASH" "$consoles"/*.txt | wc -l)
ended=$(grep -l "$DONE" "$consoles"/*.txt | wc -l)
note "$crashed of 4 crashed, $ended ended"
[ "$crashed" -gt 0 ] && exit 1
[ "$ended" -eq 4 ] && exit 0
exit 125
