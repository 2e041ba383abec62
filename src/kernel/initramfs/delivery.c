/*
 * The reproducer, brought into a guest that has booted without one: over the virtio port "firstbad" comes
 *
 *   go MILLISECONDS HEX SECONDS KIND SIZE CRC [WATCH]\n
 *
 * (KIND: program or shell; CRC: of zlib, in hexadecimal; WATCH: see watch_functions() of init.c)
 *
 * and then SIZE bytes, which are put where the reproducer of an initramfs is. Bytes that are not what was
 * sent are not run.
 */

/* A reproducer is a few megabytes at most, and a guest that is told of more keeps none of it. */
#define DELIVERY_LIMIT (64u << 20)
/* Seconds in which the driver makes its ports known, and in which a byte follows the one before it. */
#define PORT_SECONDS 5
#define DELIVERY_SECONDS 10
/* Looks, 10 ms apart, at a port whose other end is closed. */
#define HUNG_UP 100

/* The first line of a file of sysfs; empty where there is none. */
static void read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, line, size - 1);

	line[n > 0 ? n : 0] = 0;
	line[strcspn(line, "\n")] = 0;
	if (fd >= 0)
		close(fd);
}

/* The device `path`, made where there is no devtmpfs from the numbers that sysfs knows at `numbers`. */
static int open_device(const char *path, const char *numbers)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	unsigned int major, minor;
	char line[32];

	if (fd >= 0 || errno != ENOENT)
		return fd;
	read_line(numbers, line, sizeof(line));
	if (sscanf(line, "%u:%u", &major, &minor) != 2 ||
	    mknod(path, S_IFCHR | 0600, makedev(major, minor)))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* Looks for the port once; -1 where it is not there. */
static int find_port(void)
{
	static const char all[] = "/sys/class/virtio-ports";
	DIR *ports = opendir(all);
	struct dirent *port;
	int fd = -1;

	while (ports && fd < 0 && (port = readdir(ports))) {
		char path[300], device[300], name[16];

		if (port->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/name", all, port->d_name);
		read_line(path, name, sizeof(name));
		if (strcmp(name, "firstbad"))
			continue;
		snprintf(path, sizeof(path), "%s/%s/dev", all, port->d_name);
		snprintf(device, sizeof(device), "/dev/%s", port->d_name);
		fd = open_device(device, path);
	}
	if (ports)
		closedir(ports);
	return fd;
}

/* The port, waited for where the kernel has a driver for it; -1 where there is none. */
static int open_port(void)
{
	double end = now() + PORT_SECONDS;
	int fd;

	while ((fd = find_port()) < 0) {
		if (access("/sys/bus/virtio/drivers/virtio_console", F_OK) || now() > end)
			return -1;
		nap(10);
	}
	return fd;
}

/* Reads `size` bytes; 0, or why not. `patience`: seconds for each, negative: forever. */
static int read_port(int port, char *bytes, size_t size, double patience)
{
	double end = now() + patience;
	int hung_up = 0;

	while (size > 0) {
		struct pollfd wait = { .fd = port, .events = POLLIN };
		ssize_t n = read(port, bytes, size);

		if (n > 0) {
			bytes += n;
			size -= n;
			end = now() + patience;
			hung_up = 0;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return errno;
		if (patience >= 0 && now() > end)
			return ETIMEDOUT;
		poll(&wait, 1, 100);
		/* The other end is closed: what it has sent may still come, but there is nothing to wait for. */
		if (!(wait.revents & POLLHUP))
			continue;
		if (patience >= 0 && ++hung_up > HUNG_UP)
			return EPIPE;
		nap(10);
	}
	return 0;
}

/* The checksum of zlib and gzip: polynomial 0xedb88320, least significant bit first (RFC 1952, 8). */
static unsigned int crc_of(const unsigned char *bytes, size_t size)
{
	unsigned int table[256], crc = 0xffffffff;
	size_t i;

	for (i = 0; i < 256; i++) {
		unsigned int c = i;
		int bit;

		for (bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
		table[i] = c;
	}
	for (i = 0; i < size; i++)
		crc = table[(crc ^ bytes[i]) & 0xff] ^ crc >> 8;
	return ~crc;
}

/* Writes a program or script of these bytes; 0, or why not. */
static int write_reproducer(const char *path, const char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755), why = 0;

	if (fd < 0)
		return errno;
	while (size > 0 && !why) {
		ssize_t n = write(fd, bytes, size);

		if (n <= 0 && errno != EINTR)
			why = n < 0 ? errno : EIO;
		bytes += n > 0 ? n : 0;
		size -= n > 0 ? n : 0;
	}
	close(fd);
	return why;
}

/*
 * Takes the word, which goes to `line`, and the reproducer. Waits for the first byte as long as it takes:
 * the machine may be saved meanwhile. 0, or -1 where there is nothing to run, which has been said.
 */
static int take_delivery(int port, char *line, size_t most)
{
	unsigned int size = 0, crc = 0;
	char kind[16] = "", *bytes = MAP_FAILED;
	size_t n = 0;
	int why = read_port(port, line, 1, -1);

	while (!why && line[n] != '\n' && n + 2 < most)
		why = read_port(port, line + ++n, 1, DELIVERY_SECONDS);
	line[n + 1] = 0;
	if (!why && (sscanf(line, "go %*d %*s %*s %15s %u %x", kind, &size, &crc) != 3 ||
		     size > DELIVERY_LIMIT))
		why = EBADMSG;
	if (!why) {
		bytes = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		why = bytes == MAP_FAILED ? errno : read_port(port, bytes, size, DELIVERY_SECONDS);
	}
	if (!why && crc_of((unsigned char *)bytes, size) != crc)
		why = EBADMSG;
	if (!why)
		why = write_reproducer(strcmp(kind, "shell") ? "/reproducer" : "/reproducer.sh", bytes, size);
	if (bytes != MAP_FAILED)
		munmap(bytes, size + 1);
	if (!why)
		return 0;
	say("reproducer not started: not delivered: %s", strerror(why));
	return -1;
}
