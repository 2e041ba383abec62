import { Failure } from "../../failure/failure.ts";
import { type Board, boardName } from "./board.ts";

const changedKey = /REMOTE HOST IDENTIFICATION HAS CHANGED/;
const otherKey = /Host key verification failed|No \S+ host key is known/;
const noLogin = /Permission denied|Too many authentication failures/;

/** Lines of ssh that are quoted. */
const quoted = 10;

/**
 * What it means that ssh ended where it should have connected, from what it said. `board-unreachable` may
 * pass; the others will not by themselves.
 */
export function sshFailure(board: Board, said: string): Failure {
  const name = boardName(board);
  const lines = said.split(/\r?\n/).filter((line) => line.trim() !== "");
  const facts = { board: name, said: lines.slice(-quoted) };
  if (changedKey.test(said) || otherKey.test(said)) {
    const what = changedKey.test(said) ? "is another one than before" : "is not known";
    return new Failure("host-key-refused", `the host key of ${name} ${what}`, {
      facts,
      hint: `if that is right, put its key into ${board.knownHosts} (ssh-keyscan prints it), then resume`,
    });
  }
  if (noLogin.test(said)) {
    return new Failure("login-refused", `${name} does not let us in with ${board.key}`, {
      facts,
      hint: `try by hand: ssh -i ${board.key} -p ${board.port} ${board.user}@${board.host}`,
    });
  }
  const why = lines.at(-1)?.slice(0, 300) ?? "it does not answer";
  return new Failure("board-unreachable", `${name} cannot be reached: ${why}`, {
    facts,
    hint: "look whether it is on and its own system runs, then resume",
  });
}
