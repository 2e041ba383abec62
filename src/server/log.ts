import { type DestinationStream, type Logger, pino } from "pino";

/** A log with one line of JSON for each thing that is worth it: of what the server does, never of a token or a body. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined
    ? pino(options, pino.destination(2))
    : pino(options, destination);
}
