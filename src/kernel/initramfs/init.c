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
 *   firstbad: reached NONCE COUNT…                  how often functions were executed, see watch_functions()
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
 * Files in the first folder say more of the reproducer:
 *
 *   reproducer, reproducer.sh   a program, or a script for busybox
 *   reproducer.args             the program's arguments, each ended by a 0
 *   reproducer.repeat           how often it is started, 0: until its time is over; default 1
 *   watch                       functions to watch, see watch_functions()
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

static void watch_functions(char *words);

/*
 * Waits for the line "go MILLISECONDS HEX [WATCH]" on the console. The machine may be saved while it waits, and run
 * on from there many times: each run is told bytes of its own for the random numbers, and a pause, so
 * that timers and what else the kernel does on its own are not always at the same point.
 */
static void wait_for_word(void)
{
	int console = open("/dev/console", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	char line[4096], digits[129] = "";
	unsigned char seed[64];
	struct termios mode;
	struct timespec pause;
	int milliseconds = 0, watch = 0;
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
	sscanf(line, "go %d %128[0-9a-f] %n", &milliseconds, digits, &watch);
	add_entropy(seed, bytes_from(digits, seed, sizeof(seed)));
	mode.c_lflag |= ECHO;
	tcsetattr(console, TCSANOW, &mode);
	close(console);
	if (watch > 0)
		watch_functions(line + watch);
	pause.tv_sec = milliseconds / 1000;
	pause.tv_nsec = milliseconds % 1000 * 1000000L;
	nanosleep(&pause, NULL);
}

/* Bytes of a file in one piece, ended by a 0 that does not count; at most `most` - 1. */
static int read_file(const char *path, char *text, int most)
{
	int length = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	while (fd >= 0 && length < most - 1 && (n = read(fd, text + length, most - 1 - length)) > 0)
		length += n;
	if (fd >= 0)
		close(fd);
	text[length] = 0;
	return length;
}

/* The program and its arguments, each ended by a 0 in /reproducer.args. */
static char **program_words(void)
{
	static char text[16384], *words[130] = { "/reproducer" };
	char *end = text + read_file("/reproducer.args", text, sizeof(text));
	char *word = text;
	int n;

	for (n = 1; word < end && n < 129; n++, word += strlen(word) + 1)
		words[n] = word;
	return words;
}

#define MOST_FUNCTIONS 8
#define MOST_PLACES 8

/* What watch_functions() was told, and whether each function is watched at all its places. */
static struct {
	const char *folder;
	char nonce[65];
	int functions;
	int places[MOST_FUNCTIONS];
} watched;

/* Writes `text` to a file of the folder with the kernel's tracing; whether that was taken. */
static int trace(const char *file, const char *text)
{
	char path[128];
	int fd, taken;

	snprintf(path, sizeof(path), "%s/%s", watched.folder, file);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return 0;
	taken = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return taken;
}

/* Counts executions of the instruction at `address`, as event fF_P; whether the kernel does. */
static int watch_place(int function, int place, unsigned long long address)
{
	char text[96];

	snprintf(text, sizeof(text), "p:firstbad/f%d_%d 0x%llx\n", function, place, address);
	if (!trace("kprobe_events", text))
		return 0;
	snprintf(text, sizeof(text), "events/firstbad/f%d_%d/enable", function, place);
	return trace(text, "1");
}

/*
 * `words` are a nonce and, for each function, its addresses in hexadecimal digits with commas between
 * them. From now on the kernel counts how often each is executed, by kprobes, where it has any.
 */
static void watch_functions(char *words)
{
	static const char *const folders[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char *rest, *word = strtok_r(words, " \n", &rest);
	char path[128];
	int i, n;

	if (!word)
		return;
	snprintf(watched.nonce, sizeof(watched.nonce), "%s", word);
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/kprobe_events", folders[i]);
		if (!watched.folder && access(path, W_OK) == 0)
			watched.folder = folders[i];
	}
	if (!watched.folder)
		return;
	for (n = 0; n < MOST_FUNCTIONS && (word = strtok_r(NULL, " \n", &rest)); n++) {
		char *more, *place = strtok_r(word, ",", &more);

		for (i = 0; place && i < MOST_PLACES; i++, place = strtok_r(NULL, ",", &more)) {
			if (!watch_place(n, i, strtoull(place, NULL, 16)))
				break;
		}
		/* One place that cannot be watched, and it is not known whether it was executed. */
		watched.places[n] = place ? 0 : i;
	}
	watched.functions = n;
}

/* A function that the kernel refused to count, or does no more, is told as "?". */
static void say_what_was_reached(void)
{
	unsigned long long hits, missed, sums[MOST_FUNCTIONS] = { 0 };
	int function, n, seen[MOST_FUNCTIONS] = { 0 };
	char line[256], counts[200] = "";
	FILE *profile;

	if (!watched.folder)
		return;
	snprintf(line, sizeof(line), "%s/kprobe_profile", watched.folder);
	profile = fopen(line, "re");
	while (profile && fgets(line, sizeof(line), profile)) {
		if (sscanf(line, " f%d_%*d %llu %llu", &function, &hits, &missed) != 3)
			continue;
		if (function < 0 || function >= MOST_FUNCTIONS)
			continue;
		seen[function]++;
		sums[function] += hits + missed;
	}
	if (profile)
		fclose(profile);
	for (n = 0; n < watched.functions; n++) {
		size_t length = strlen(counts);

		if (watched.places[n] && seen[n] == watched.places[n])
			snprintf(counts + length, sizeof(counts) - length, " %llu", sums[n]);
		else
			snprintf(counts + length, sizeof(counts) - length, " ?");
	}
	say("reached %s%s", watched.nonce, counts);
}

/* A guest that boots is told by a file, which the reproducer does not find. */
static void watch_as_told(void)
{
	char text[4096];

	if (read_file("/watch", text, sizeof(text)) > 0)
		watch_functions(text);
	unlink("/watch");
	memset(text, 0, sizeof(text));
}

/* Replaces this process by the reproducer; returns only if the kernel refuses. */
static void become_reproducer(void)
{
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
		execve("/reproducer", program_words(), environment);
}

/*
 * Starts the reproducer, not for the first time where `again`; its process id, or -1 where it could not be
 * started, which has been said.
 */
static pid_t start_reproducer(int again)
{
	int refusal[2], why = 0;
	pid_t pid;

	if (pipe2(refusal, O_CLOEXEC)) {
		say("reproducer not started: %s", strerror(errno));
		return -1;
	}
	/* Before the fork: a crash in its first instruction is the reproducer's already. */
	if (!again)
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

/* How often the reproducer is started; 0: until its time is over. */
static long repeats(void)
{
	char text[32];

	return read_file("/reproducer.repeat", text, sizeof(text)) > 0 ? atol(text) : 1;
}

/* Runs the reproducer once or again and again, each time without what the last one left running. */
static void run_reproducer(void)
{
	double end = now() + number_from("FIRSTBAD_SECONDS", 30);
	long most = repeats(), n;
	int status = 0, ended = 1;

	for (n = 0; ended && (n == 0 || ((!most || n < most) && now() < end)); n++) {
		pid_t pid;

		if (n > 0)
			kill_all();
		pid = start_reproducer(n > 0);
		if (pid < 0)
			return;
		ended = reap_until(pid, end, &status);
	}
	if (!ended)
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
	else
		watch_as_told();
	if (getenv("FIRSTBAD_SHELL"))
		run_shell(getenv("FIRSTBAD_SHELL"));
	else
		run_reproducer();
	say_what_was_reached();
	say("done");
	tcdrain(1);
	reboot(is_set("FIRSTBAD_END", "restart") ? RB_AUTOBOOT : RB_POWER_OFF);
	/* Only where the kernel can do neither; ending the first process would look like a crash. */
	for (;;)
		pause();
}
