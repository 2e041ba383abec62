/*
 * A disk image of the user's, whose root file system the reproducer sees as its own. The device is the one
 * that `root=` on the kernel's command line names, or the first of the disk and its partitions on which there
 * is a system. It is the machine that sees to it that nothing written there lasts.
 */
#define DISK "/disk"
/* Seconds in which the kernel makes the disk known. */
#define DISK_SECONDS 5

/* Mounts `device` with the first file system that takes it; 0, or why none did. */
static int mount_any(const char *device)
{
	FILE *all = fopen("/proc/filesystems", "re");
	int why = ENODEV;
	char line[64];

	while (all && fgets(line, sizeof(line), all)) {
		char *type = line + 1;

		if (line[0] != '\t')
			continue;
		type[strcspn(type, "\n")] = 0;
		if (!mount(device, DISK, type, 0, NULL) || !mount(device, DISK, type, MS_RDONLY, NULL)) {
			why = 0;
			break;
		}
	}
	if (all)
		fclose(all);
	return why;
}

static int is_system(void)
{
	return !access(DISK "/bin", F_OK) || !access(DISK "/usr", F_OK) || !access(DISK "/sbin", F_OK);
}

/* The device that the command line names with its last `root=`; empty where it names none. */
static void named_root(char *device, size_t size)
{
	static char words[4096];
	char *word;

	device[0] = 0;
	read_line("/proc/cmdline", words, sizeof(words));
	for (word = strtok(words, " "); word; word = strtok(NULL, " "))
		if (!strncmp(word, "root=", 5))
			snprintf(device, size, "%s", word + 5);
}

/* Mounts the first of the kernel's virtio disks and partitions that has a system; 0, or why none. */
static int mount_first(char *device, size_t size)
{
	FILE *all = fopen("/proc/partitions", "re");
	int why = ENXIO;
	char line[128];

	while (all && why && fgets(line, sizeof(line), all)) {
		unsigned int major, minor;
		char name[32];

		if (sscanf(line, " %u %u %*u %31s", &major, &minor, name) != 3 ||
		    strncmp(name, "vd", 2))
			continue;
		snprintf(device, size, "/dev/%s", name);
		mknod(device, S_IFBLK | 0600, makedev(major, minor));
		why = mount_any(device);
		if (!why && !is_system()) {
			umount(DISK);
			why = ENOENT;
		}
	}
	if (all)
		fclose(all);
	return why;
}

/* Makes the image's root file system ready at DISK. 0, or -1 where it is not to be had, which has been said. */
static int mount_disk(void)
{
	double end = now() + DISK_SECONDS;
	char named[64], device[64] = "the disk";
	int why;

	mkdir(DISK, 0755);
	named_root(named, sizeof(named));
	for (;;) {
		if (named[0]) {
			snprintf(device, sizeof(device), "%s", named);
			why = access(named, F_OK) ? ENXIO : mount_any(named);
		} else {
			why = mount_first(device, sizeof(device));
		}
		/* A driver may find its disk a moment after it was loaded. */
		if (why != ENXIO || now() > end)
			break;
		nap(10);
	}
	if (why) {
		say("reproducer not started: no system on %s: %s", device,
		    why == ENODEV ? "no file system that this kernel has" : strerror(why));
		return -1;
	}
	mount_file_systems(DISK);
	return 0;
}

/* Puts the file `path` to the same place on the disk's /tmp, which is in memory; 0, or why not. */
static int show_on_disk(const char *path)
{
	char there[64];

	snprintf(there, sizeof(there), DISK "/tmp%s", path);
	close(open(there, O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
	return mount(path, there, NULL, MS_BIND, NULL) ? errno : 0;
}
