#!/bin/sh
# A machine of Google Compute Engine as one of the type `command`. NOT TESTED: there is no account where this was
# written. Kernel and initramfs go into an image of a disk with a boot loader, which the machine boots from;
# its serial port is the console. It needs the network, and gcloud with its keys, hence no sandbox:
#
#   machine:
#     type: command
#     run: [bash, $INPUTS/cloud.sh, my-bucket, us-central1-a]
#     files: [cloud.sh]
#     sandbox: false          # and --allow-host
#     memory: 4G
#     cmdline: console=ttyS0,115200 panic_on_warn=1
#     boot: 600
#     at-once: 4
#
# The deadline kills this script, and nothing of it can clean up then: the machine is told to delete itself
# after a while (--max-run-duration).
set -eu
bucket=$1 zone=$2
name=firstbad-$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
# Whatever goes wrong before there is a console is the cloud's trouble, and not the kernel's.
trap 'echo "${failed:-the image cannot be made}" >&2; exit 75' EXIT

cd "$FIRSTBAD_FOLDER"
truncate -s 1G disk.raw
mkdir -p files/boot/extlinux
cp "$FIRSTBAD_KERNEL" files/boot/kernel
cp "$FIRSTBAD_INITRAMFS" files/boot/initramfs
cat >files/boot/extlinux/extlinux.conf <<END
DEFAULT kernel
LABEL kernel
  LINUX /boot/kernel
  INITRD /boot/initramfs
  APPEND $FIRSTBAD_CMDLINE
END
# A partition with syslinux on it, made by libguestfs without root.
virt-make-fs --partition=mbr --type=ext4 --size=900M files disk.raw
guestfish --rw -a disk.raw -m /dev/sda1 extlinux /boot/extlinux : part-set-bootable /dev/sda 1 true \
	: upload /usr/lib/syslinux/mbr/mbr.bin /mbr.bin : copy-file-to-device /mbr.bin /dev/sda size:440
tar --format=oldgnu -Sczf disk.tar.gz disk.raw

failed="the image cannot be uploaded"
gcloud storage cp --quiet disk.tar.gz "gs://$bucket/$name.tar.gz" >&2
gcloud compute images create "$name" --quiet --source-uri "gs://$bucket/$name.tar.gz" >&2
gcloud storage rm --quiet "gs://$bucket/$name.tar.gz" >&2
failed="no machine can be had"
gcloud compute instances create "$name" --quiet --zone "$zone" --image "$name" --machine-type e2-medium \
	--max-run-duration "$((${FIRSTBAD_DEADLINE%.*} + 300))s" --instance-termination-action DELETE \
	--metadata serial-port-enable=1 >&2

# The console so far, again and again, until the machine is off; each time from where the last one ended.
next=0
while :; do
	gcloud compute instances get-serial-port-output "$name" --zone "$zone" --start "$next" 2>position || true
	next=$(sed -n 's/.*--start=\([0-9]*\).*/\1/p' position | tail -n 1)
	state=$(gcloud compute instances describe "$name" --zone "$zone" --format 'value(status)' 2>/dev/null || echo gone)
	case $state in TERMINATED | STOPPED | gone) break ;; esac
	next=${next:-0}
	sleep 2
done
trap - EXIT
gcloud compute instances delete "$name" --quiet --zone "$zone" >&2 || true
gcloud compute images delete "$name" --quiet >&2 || true
