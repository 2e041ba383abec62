import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Shares of the runs, between 0 and 1; in the rest nothing happens. */
export interface Shares {
  /** In which the demo's reproducer does what it does. */
  readonly crash: number;
  /** In which the kernel crashes of something else: it panics for want of memory. */
  readonly unrelated: number;
}

/** The demo's reproducer, in C, that throws dice for what it does. */
export function flakyReproducer({ crash, unrelated }: Shares): string {
  const reproducer = readFileSync(join(import.meta.dirname, "repro.c"), "utf8");
  return `#define main reproduce
${reproducer}
#undef main
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>

/* A number from 0 to 999. */
static unsigned dice(void)
{
	unsigned long long mixed, given;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	memcpy(&given, (void *)getauxval(AT_RANDOM), sizeof(given));
	mixed = (given ^ (unsigned long long)now.tv_nsec) * 0x9e3779b97f4a7c15ull;
	return (mixed >> 32) % 1000;
}

static void run_out_of_memory(void)
{
	FILE *panic = fopen("/proc/sys/vm/panic_on_oom", "w");

	if (!panic || fputs("2", panic) < 0 || fclose(panic)) {
		perror("panic_on_oom");
		return;
	}
	for (;;) {
		char *block = malloc(1 << 20);

		if (block)
			memset(block, 1, 1 << 20);
	}
}

int main(void)
{
	unsigned thrown = dice();

	if (thrown < ${Math.round(unrelated * 1000)})
		run_out_of_memory();
	else if (thrown < ${Math.round((unrelated + crash) * 1000)})
		return reproduce();
	return 0;
}
`;
}
