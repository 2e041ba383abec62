/** The views that a report in one file is written from; built for Node into `dist/report/report.js`. */
export { h } from "preact";
export { renderToString } from "preact-render-to-string";
export { Checks } from "./views/checks.tsx";
export { Candidates, Conclusion } from "./views/conclusion.tsx";
export { Conditions } from "./views/conditions.tsx";
export { ConfigTries } from "./views/config-tries.tsx";
export { Course } from "./views/course.tsx";
export { Culprit } from "./views/culprit.tsx";
export { Evidence } from "./views/evidence.tsx";
export { type Links, noLinks } from "./views/links.ts";
export { Overlap } from "./views/overlap.tsx";
export { Phases } from "./views/phases.tsx";
export { Presence } from "./views/presence.tsx";
export { State } from "./views/state.tsx";
export { Steps } from "./views/steps.tsx";
export { StripPicture } from "./views/strip-picture.tsx";
export { Suspects } from "./views/suspects.tsx";
