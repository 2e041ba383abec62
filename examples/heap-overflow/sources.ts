/** What the program looks like, as far as its parts are there at some commit. */
export interface Source {
  /** Names of units that it knows, in the order in which it came to know them. */
  readonly units: readonly string[];
  /** Lines of the file of news. */
  readonly news: readonly string[];
  readonly comments: boolean;
  readonly sections: boolean;
  /** How escapes in values are resolved: not at all, in place, or into a buffer that is too short. */
  readonly escapes: "none" | "in place" | "too short";
}

/** The files of the program, by path. */
export function filesOf(source: Source): Record<string, string> {
  return {
    Makefile: makefile,
    "ini.c": main(source),
    "value.c": value(source),
    "units.c": units(source),
    "ini.h": header,
    NEWS: source.news.map((line) => `* ${line}\n`).join(""),
  };
}

const makefile = `CFLAGS = -g -O1 -Wall
objects = ini.o value.o units.o

ini: $(objects)
\t$(CC) $(CFLAGS) -o $@ $(objects)

$(objects): ini.h

clean:
\trm -f ini $(objects)
`;

const header = `/* Reads files of settings. */
char *resolve_value(const char *text);
long unit_size(const char *name);
`;

function main({ comments, sections }: Source): string {
  return `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ini.h"

static void read_line(char *line)
{
	char *equals, *value;

	line[strcspn(line, "\\n")] = 0;
${comments ? "\tif (line[0] == '#' || line[0] == ';')\n\t\treturn;\n" : ""}${
  sections
    ? "\tif (line[0] == '[') {\n\t\tprintf(\"section %s\\n\", line);\n\t\treturn;\n\t}\n"
    : ""
}	equals = strchr(line, '=');
	if (!equals)
		return;
	*equals = 0;
	value = resolve_value(equals + 1);
	printf("%s: %s (%ld)\\n", line, value, unit_size(value));
	free(value);
}

int main(int argc, char **argv)
{
	char line[4096];
	FILE *file = argc > 1 ? fopen(argv[1], "r") : stdin;

	if (!file) {
		perror(argv[1]);
		return 2;
	}
	while (fgets(line, sizeof(line), file))
		read_line(line);
	fclose(file);
	return 0;
}
`;
}

function value({ escapes }: Source): string {
  return `#include <stdlib.h>
#include <string.h>
#include "ini.h"

${escapeFunction[escapes]}
char *resolve_value(const char *text)
{
${escapes === "none" ? "\treturn strdup(text);" : "\treturn resolve_escapes(text);"}
}
`;
}

const copying = `	for (; *text; text++) {
		if (*text == '\\\\' && text[1] == 't') {
			*to++ = '\\t';
			text++;
		} else {
			*to++ = *text;
		}
	}
	*to = 0;`;

const escapeFunction: Readonly<Record<Source["escapes"], string>> = {
  none: "",
  "in place": `static char *resolve_escapes(const char *given)
{
	char *copy = strdup(given), *to = copy;
	const char *text = copy;

${copying}
	return copy;
}
`,
  // strlen does not count the NUL at the end: one byte too few, where nothing is escaped.
  "too short": `static char *resolve_escapes(const char *text)
{
	char *copy = malloc(strlen(text)), *to = copy;

${copying}
	return copy;
}
`,
};

function units({ units }: Source): string {
  return `#include <string.h>
#include "ini.h"

static const struct { const char *name; long size; } units[] = {
${units.map((name, n) => `\t{ "${name}", ${2 ** (n % 20)}L },`).join("\n")}
	{ 0, 0 },
};

long unit_size(const char *name)
{
	for (int i = 0; units[i].name; i++)
		if (strstr(name, units[i].name))
			return units[i].size;
	return 1;
}
`;
}
