import { listText, paint, withAfterwards } from "../report/index.ts";
import { plural } from "../report/words.ts";
import { plainLines } from "../syzbot/index.ts";
import type { ListFlags, ShowFlags } from "./look.ts";
import { RemoteServer } from "./remote.ts";
import { findRemote, listRemote } from "./remote-bisections.ts";

/** `firstbad list --server URL`: the bisections of a server, as `firstbad list` prints those of this machine. */
export async function listOfServer(flags: ListFlags): Promise<number> {
  const server = await RemoteServer.of(flags);
  const { entries, unread } = await listRemote(server);
  if (unread > 0) {
    process.stderr.write(`the server has ${plural(unread, "bisection")} more, still to be read\n`);
  }
  if (flags.ids) print(entries.map(({ id }) => `${id}\n`).join(""));
  else if (flags.json) {
    const results = [];
    // One after the other: a server that others look at has each of them to read.
    for (const { id } of entries.toReversed()) results.push(await server.get(resultOf(id)));
    print(`${JSON.stringify(results)}\n`);
  } else {
    const rows = entries.map(({ id, state, what, title, heard, ...entry }) => {
      return { id, state, what: withAfterwards(what, entry), title, at: Date.parse(heard ?? "") };
    });
    print(lines(listText(rows, Date.now())));
  }
  return 0;
}

/** `firstbad show ID --server URL`: what `firstbad show` prints where the server is. */
export async function showOfServer(name: string, flags: ShowFlags): Promise<number> {
  const server = await RemoteServer.of(flags);
  const path = resultOf(await findRemote(server, name));
  if (flags.json) print(`${JSON.stringify(await server.get(path))}\n`);
  else print(lines(await server.text(`${path}?format=text`)));
  return 0;
}

const resultOf = (id: string) => `/api/bisections/${id}/result`;

/** A server may be anybody's: nothing of it moves the cursor. */
function lines(text: string): string {
  return plainLines(text)
    .map((line) => `${line}\n`)
    .join("");
}

function print(text: string): void {
  process.stdout.write(paint(text, process.stdout));
}
