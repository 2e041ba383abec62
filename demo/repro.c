// SPDX-License-Identifier: Apache-2.0
/*
 * Opens a FIFO twice, closes the first descriptor and polls the second, a few times over.
 * Both descriptors share one pipe, which has to live until the last of them is closed.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int attempt(void)
{
	static const char path[] = "fifo";
	struct pollfd end = { .events = POLLIN | POLLOUT };
	int first, ready;

	if (mkfifo(path, 0600))
		return -1;
	first = open(path, O_RDWR | O_NONBLOCK);
	end.fd = open(path, O_RDWR | O_NONBLOCK);
	unlink(path);
	if (first < 0 || end.fd < 0)
		return -1;
	close(first);
	ready = poll(&end, 1, 0);
	close(end.fd);
	return ready;
}

int main(void)
{
	for (int i = 0; i < 8; i++) {
		int ready = attempt();

		if (ready < 0) {
			perror("repro");
			return 1;
		}
		printf("attempt %d: %d ready\n", i, ready);
	}
	return 0;
}
