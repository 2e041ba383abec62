import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { BisectionEvent } from "../event/index.ts";
import type { Answered } from "./http/app.ts";

/** What is looked at when somebody asks for the metrics. */
export interface Looked {
  readonly bisections: Readonly<Record<"running" | "waiting" | "concluded", number>>;
  readonly queued: number;
  readonly slots: Readonly<
    Record<"builds" | "runs", { readonly of: number; readonly busy: number }>
  >;
  readonly watchers: number;
}

/** What Prometheus is told of this server. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;
  readonly #builds: Counter;
  readonly #runs: Counter;
  readonly #seconds: Counter;
  readonly #ends: Counter;

  constructor(look: () => Looked) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: "firstbad_" });
    this.#requests = new Histogram({
      name: "firstbad_http_request_seconds",
      help: "Seconds until a request was answered; a stream is answered when it begins.",
      labelNames: ["method", "address", "status"],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    this.#builds = new Counter({
      name: "firstbad_builds_total",
      help: "Kernels that this server has built, or found in the cache, or that did not build.",
      labelNames: ["result"],
      registers,
    });
    this.#runs = new Counter({
      name: "firstbad_runs_total",
      help: "Runs that this server has finished, by outcome.",
      labelNames: ["outcome"],
      registers,
    });
    this.#seconds = new Counter({
      name: "firstbad_work_seconds_total",
      help: "Seconds of builds and runs.",
      labelNames: ["of"],
      registers,
    });
    this.#ends = new Counter({
      name: "firstbad_ends_total",
      help: "Bisections that this server has brought to an end, or had to stop.",
      labelNames: ["end"],
      registers,
    });
    gauge("firstbad_bisections", "Bisections of this server's folder.", "state", () =>
      Object.entries(look().bisections),
    );
    gauge("firstbad_slots", "Builds and runs that may be under way at once.", "of", () =>
      Object.entries(look().slots).map(([of, slots]) => [of, slots.of]),
    );
    gauge("firstbad_slots_busy", "Builds and runs under way.", "of", () =>
      Object.entries(look().slots).map(([of, slots]) => [of, slots.busy]),
    );
    gauge("firstbad_queued", "Bisections that wait for their turn.", null, () => look().queued);
    gauge("firstbad_watchers", "Streams that are open.", null, () => look().watchers);

    function gauge(
      name: string,
      help: string,
      label: string | null,
      values: () => number | [string, number][],
    ): void {
      new Gauge({
        ...{ name, help, registers, labelNames: label === null ? [] : [label] },
        collect() {
          const seen = values();
          if (typeof seen === "number") this.set(seen);
          else for (const [value, count] of seen) this.set({ [label ?? ""]: value }, count);
        },
      });
    }
  }

  answered({ method, pattern, status, seconds }: Answered): void {
    const address = pattern === "" ? "other" : pattern;
    this.#requests.observe({ method, address, status: String(status) }, seconds);
  }

  /** An event of a bisection that this server drives. */
  event(event: BisectionEvent): void {
    switch (event.kind) {
      case "kernel-built":
        this.#builds.inc({ result: event.cached ? "cached" : "built" });
        if (!event.cached) this.#seconds.inc({ of: "builds" }, event.seconds);
        break;
      case "build-failed":
        this.#builds.inc({ result: "failed" });
        this.#seconds.inc({ of: "builds" }, event.seconds);
        break;
      case "run-finished":
        if (event.lent !== undefined) break;
        this.#runs.inc({ outcome: event.outcome });
        this.#seconds.inc({ of: "runs" }, event.seconds);
        break;
      case "concluded":
        this.#ends.inc({ end: event.end });
        break;
      case "stopped":
        this.#ends.inc({ end: "stopped" });
        break;
    }
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get type(): string {
    return this.#registry.contentType;
  }
}
