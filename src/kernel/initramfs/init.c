/*
 * The first process of a guest: mounts what programs expect, loads modules, runs the reproducer for a
 * bounded time and powers off. Its lines on the console tell the host how far the run came:
 *
 *   firstbad: run TOKEN                             which run it is, where it was told
 *   firstbad: init                                  before anything else
 *   firstbad: module NAME: WHY                      a module could not be loaded; the run goes on
 *   firstbad: waiting                               all is ready for the reproducer, see wait_for_word()
 *   firstbad: reproducer started                    just before it is started
 *   firstbad: reproducer not started: WHY           the kernel refused to start it
 *   firstbad: reproducer exited with status N       it ended by itself
 *   firstbad: reproducer killed by signal N
 *   firstbad: time is up                            it was killed by us
 *   firstbad: done                                  last: the kernel is alive and will now go off
 *
 * Words on the kernel's command line arrive here as environment:
 *
 *   FIRSTBAD_SECONDS=N      how long the reproducer may run; default 30
 *   FIRSTBAD_SETTLE_MS=N    pause before the end, see settle(); default 50
 *   FIRSTBAD_WAIT=1         waits for a line before the reproducer, see wait_for_word()
 *   FIRSTBAD_RUN=TOKEN      is said first: the console has other systems' words too
 *   FIRSTBAD_SAY=kmsg       says its lines through the kernel, whose words alone reach a netconsole
 *   FIRSTBAD_SHELL=CxR      starts a shell on the console, C columns and R rows, and no reproducer
 *   FIRSTBAD_END=restart    restarts at the end, where a machine takes that for being switched off
 *
 * Static, so that the guest needs no library.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/random.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Seconds that killed processes may take to end; one that hangs in the kernel never does. */
#define REAP_SECONDS 2

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static double number_from(const char *name, double otherwise)
{
	const char *text = getenv(name);
	char *end;
	double value;

	if (!text)
		return otherwise;
	value = strtod(text, &end);
	return *text && !*end && value >= 0 ? value : otherwise;
}

static int is_set(const char *name, const char *value)
{
	const char *text = getenv(name);

	return text && !strcmp(text, value);
}

/* One write per line, since other writers of the console come in between two. */
static void put(const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(1, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		length -= n;
	}
}

/* Says one line through the kernel's log; whether that could be done. The file system may lack the node. */
static int say_in_kernel(const char *line, size_t length)
{
	int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	int said;

	if (log < 0)
		return 0;
	said = write(log, line, length) == (ssize_t)length;
	close(log);
	return said;
}

/* Says one line. It starts with a line end: the reproducer may have left the last line open. */
static void say(const char *format, ...)
{
	char line[256];
	int length;
	va_list args;

	length = snprintf(line, sizeof(line), "\nfirstbad: ");
	va_start(args, format);
	length += vsnprintf(line + length, sizeof(line) - length - 1, format, args);
	va_end(args);
	if (length > (int)sizeof(line) - 2)
		length = sizeof(line) - 2;
	line[length++] = '\n';
	if (is_set("FIRSTBAD_SAY", "kmsg") && say_in_kernel(line + 1, length - 1))
		return;
	/* The reproducer may have stopped the terminal, and then the write would wait forever. */
	tcflow(1, TCOON);
	put(line, length);
}

static void open_console(void)
{
	int console = open("/dev/console", O_RDWR | O_NOCTTY);
	int null = open("/dev/null", O_RDONLY);

	if (console >= 0) {
		dup2(console, 1);
		dup2(console, 2);
	}
	if (null >= 0)
		dup2(null, 0);
	if (console > 2)
		close(console);
	if (null > 2)
		close(null);
}

/* A kernel may be built without any of these: what it does not have is left out. */
static void mount_file_systems(void)
{
	static const struct {
		const char *type, *folder, *options;
	} all[] = {
		{ "proc", "/proc", "" },
		{ "sysfs", "/sys", "" },
		{ "devtmpfs", "/dev", "" },
		{ "devpts", "/dev/pts", "ptmxmode=0666" },
		{ "tmpfs", "/dev/shm", "" },
		{ "tmpfs", "/tmp", "" },
		{ "debugfs", "/sys/kernel/debug", "" },
		{ "tracefs", "/sys/kernel/tracing", "" },
		{ "configfs", "/sys/kernel/config", "" },
	};
	size_t i;

	umask(0);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		mkdir(all[i].folder, 0777);
		mount(all[i].type, all[i].folder, all[i].type, 0, all[i].options);
	}
	/* The terminal multiplexer of /dev/pts is where programs look for it. */
	symlink("pts/ptmx", "/dev/ptmx");
	symlink("/proc/self/fd", "/dev/fd");
}

static void bring_up_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

/* /modules/order names one file a line, each after those that it needs. */
static void load_modules(void)
{
	FILE *order = fopen("/modules/order", "re");
	char path[PATH_MAX];

	if (!order)
		return;
	while (fgets(path, sizeof(path), order)) {
		int fd;

		path[strcspn(path, "\n")] = 0;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
			say("module %.100s: %s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path,
			    strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	fclose(order);
}

/* The bytes that the hexadecimal digits of `text` stand for; how many. */
static int bytes_from(const char *text, unsigned char *bytes, int most)
{
	unsigned int byte;
	int n;

	for (n = 0; n < most && sscanf(text + 2 * n, "%2x", &byte) == 1; n++)
		bytes[n] = byte;
	return n;
}

/* What the kernel draws from now on depends on these bytes. */
static void add_entropy(const unsigned char *bytes, int size)
{
	struct {
		int bits, size;
		unsigned char bytes[64];
	} pool = { 8 * size, size, { 0 } };
	int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	memcpy(pool.bytes, bytes, size);
	ioctl(fd, RNDADDENTROPY, &pool);
	/* Without it, what was drawn in advance stays in use for minutes. */
	ioctl(fd, RNDRESEEDCRNG);
	close(fd);
}

/*
 * Waits for the line "go MILLISECONDS HEX" on the console. The machine may be saved while it waits, and run
 * on from there many times: each run is told bytes of its own for the random numbers, and a pause, so
 * that timers and what else the kernel does on its own are not always at the same point.
 */
static void wait_for_word(void)
{
	int console = open("/dev/console", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	char line[256], digits[129] = "";
	unsigned char seed[64];
	struct termios mode;
	struct timespec pause;
	int milliseconds = 0;
	ssize_t n;

	if (console < 0 || tcgetattr(console, &mode))
		return;
	/* Where the line ends with the file it came from, there is nobody to hang up. */
	mode.c_cflag |= CLOCAL;
	mode.c_lflag &= ~ECHO;
	tcsetattr(console, TCSANOW, &mode);
	say("waiting");
	do {
		n = read(console, line, sizeof(line) - 1);
	} while ((n < 0 && errno == EINTR) || (n > 0 && line[0] != 'g'));
	line[n > 0 ? n : 0] = 0;
	sscanf(line, "go %d %128[0-9a-f]", &milliseconds, digits);
	add_entropy(seed, bytes_from(digits, seed, sizeof(seed)));
	mode.c_lflag |= ECHO;
	tcsetattr(console, TCSANOW, &mode);
	close(console);
	pause.tv_sec = milliseconds / 1000;
	pause.tv_nsec = milliseconds % 1000 * 1000000L;
	nanosleep(&pause, NULL);
}

/* Replaces this process by the reproducer; returns only if the kernel refuses. */
static void become_reproducer(void)
{
	static char *const program[] = { "/reproducer", NULL };
	static char *const script[] = { "/bin/busybox", "sh", "/reproducer.sh", NULL };
	static char *const environment[] = { "PATH=/bin:/sbin:/usr/bin:/usr/sbin", "HOME=/tmp",
					     "TERM=linux", NULL };
	const struct rlimit no_core = { 0, 0 };
	sigset_t none;

	setsid();
	if (chdir("/tmp"))
		chdir("/");
	setrlimit(RLIMIT_CORE, &no_core);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (access("/reproducer.sh", F_OK) == 0)
		execve(script[0], script, environment);
	else
		execve(program[0], program, environment);
}

/* Starts the reproducer; its process id, or -1 where it could not be started, which has been said. */
static pid_t start_reproducer(void)
{
	int refusal[2], why = 0;
	pid_t pid;

	if (pipe2(refusal, O_CLOEXEC)) {
		say("reproducer not started: %s", strerror(errno));
		return -1;
	}
	/* Before the fork: a crash in its first instruction is the reproducer's already. */
	say("reproducer started");
	pid = fork();
	if (pid == 0) {
		become_reproducer();
		why = errno;
		write(refusal[1], &why, sizeof(why));
		_exit(127);
	}
	if (pid < 0)
		why = errno;
	close(refusal[1]);
	/* Nothing comes where it was started: the kernel closed the other end. */
	if (pid > 0 && read(refusal[0], &why, sizeof(why)) != sizeof(why))
		why = 0;
	close(refusal[0]);
	if (!why)
		return pid;
	say("reproducer not started: %s", strerror(why));
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return -1;
}

/* Reaps what ended, until `pid` did (true, with its status) or the time is up. SIGCHLD is blocked. */
static int reap_until(pid_t pid, double end, int *status)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		double left = end - now();
		struct timespec pause;
		int ended_status;
		pid_t ended;

		while ((ended = waitpid(-1, &ended_status, WNOHANG)) > 0) {
			if (ended == pid) {
				*status = ended_status;
				return 1;
			}
		}
		if (ended < 0 && errno == ECHILD)
			return 0;
		if (left <= 0)
			return 0;
		pause.tv_sec = (time_t)left;
		pause.tv_nsec = (long)((left - (double)pause.tv_sec) * 1e9);
		sigtimedwait(&child, NULL, &pause);
	}
}

/* Ends everything but this process, whatever session it moved to. */
static void kill_all(void)
{
	int status;

	kill(-1, SIGKILL);
	reap_until(-1, now() + REAP_SECONDS, &status);
}

/*
 * A use after free often comes late: the kernel frees behind an RCU grace period or from a worker, a few
 * timer ticks after the system call. A guest that is switched off at once would not live to see it.
 */
static void settle(void)
{
	double ms = number_from("FIRSTBAD_SETTLE_MS", 50);
	struct timespec pause = { (time_t)(ms / 1000), (long)((ms - 1000 * (long)(ms / 1000)) * 1e6) };

	nanosleep(&pause, NULL);
}

static void run_reproducer(void)
{
	int status = 0;
	pid_t pid = start_reproducer();

	if (pid < 0)
		return;
	if (!reap_until(pid, now() + number_from("FIRSTBAD_SECONDS", 30), &status))
		say("time is up");
	else if (WIFSIGNALED(status))
		say("reproducer killed by signal %d", WTERMSIG(status));
	else
		say("reproducer exited with status %d", WEXITSTATUS(status));
	kill_all();
	settle();
}

/* Opens the terminal that the console is: the console itself can control no process. */
static int open_terminal(void)
{
	char names[256] = "", path[300], numbers[32] = "";
	const char *name;
	unsigned int major, minor;
	int fd = open("/sys/class/tty/console/active", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (read(fd, names, sizeof(names) - 1) > 0)
			names[strcspn(names, "\n")] = 0;
		close(fd);
	}
	/* The last one named is that of /dev/console. */
	name = strrchr(names, ' ') ? strrchr(names, ' ') + 1 : names;
	if (!*name)
		return open("/dev/console", O_RDWR);
	snprintf(path, sizeof(path), "/sys/class/tty/%.200s/dev", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/dev/%.200s", name);
	if (fd >= 0) {
		if (read(fd, numbers, sizeof(numbers) - 1) > 0 &&
		    sscanf(numbers, "%u:%u", &major, &minor) == 2)
			mknod(path, S_IFCHR | 0600, makedev(major, minor));
		close(fd);
	}
	fd = open(path, O_RDWR);
	return fd >= 0 ? fd : open("/dev/console", O_RDWR);
}

/* Replaces this process by a shell on the console; returns only if it cannot. */
static void become_shell(const char *size)
{
	static char *const shell[] = { "sh", "-i", NULL };
	static char *const environment[] = { "PATH=/bin:/sbin:/usr/bin:/usr/sbin", "HOME=/tmp",
					     "TERM=linux", "PS1=guest:\\w# ", NULL };
	struct winsize window = { 0 };
	sigset_t none;
	int fd;

	setsid();
	fd = open_terminal();
	if (fd >= 0) {
		ioctl(fd, TIOCSCTTY, 1);
		if (sscanf(size, "%hux%hu", &window.ws_col, &window.ws_row) == 2)
			ioctl(fd, TIOCSWINSZ, &window);
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		if (fd > 2)
			close(fd);
	}
	if (chdir("/tmp"))
		chdir("/");
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve("/bin/busybox", shell, environment);
}

/* Gives whoever sits at the console a shell, until it ends. */
static void run_shell(const char *size)
{
	static char *const install[] = { "busybox", "--install", "-s", "/bin", NULL };
	static char *const nothing[] = { NULL };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execve("/bin/busybox", install, nothing);
		_exit(127);
	}
	reap_until(pid, now() + 10, &status);
	say("a shell: the reproducer is %s",
	    access("/reproducer.sh", F_OK) ? "/reproducer" : "sh /reproducer.sh");
	pid = fork();
	if (pid == 0) {
		become_shell(size);
		_exit(127);
	}
	while (pid > 0 && !reap_until(pid, now() + 3600, &status))
		;
	kill_all();
}

int main(void)
{
	sigset_t all;

	/* Without a handler no signal reaches the first process, but SIGCHLD is waited for. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	open_console();
	if (getenv("FIRSTBAD_RUN"))
		say("run %.100s", getenv("FIRSTBAD_RUN"));
	say("init");
	mount_file_systems();
	/* Again: devtmpfs has covered the nodes that were there. */
	open_console();
	bring_up_loopback();
	load_modules();
	if (is_set("FIRSTBAD_WAIT", "1"))
		wait_for_word();
	if (getenv("FIRSTBAD_SHELL"))
		run_shell(getenv("FIRSTBAD_SHELL"));
	else
		run_reproducer();
	say("done");
	tcdrain(1);
	reboot(is_set("FIRSTBAD_END", "restart") ? RB_AUTOBOOT : RB_POWER_OFF);
	/* Only where the kernel can do neither; ending the first process would look like a crash. */
	for (;;)
		pause();
}
