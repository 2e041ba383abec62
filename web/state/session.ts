import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { SessionView } from "../api/types.ts";

/** Who looks; null until the server has said so. */
export const SessionContext = createContext<SessionView | null>(null);

/** Whether who looks may do `what` (`submit`, `steer`, `mail`); not before the server has said so. */
export function useMay(what: string): boolean {
  return useContext(SessionContext)?.may.includes(what) ?? false;
}
