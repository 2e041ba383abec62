import type { Home } from "../home/home.ts";
import type { Views } from "../live/views.ts";

/** What the handlers of reading addresses work with. */
export interface Reading {
  readonly home: Home;
  readonly views: Views;
}
