import { renderToString } from "preact-render-to-string";
import type { ReportGiven, ReportPage } from "../src/view/report-given.ts";
import { ReportBody, reportTitle } from "./report-body.tsx";
import base from "./style/base.css?inline";
import report from "./style/report.css?inline";
import tokens from "./style/tokens.css?inline";
import views from "./style/views.css?inline";

/** A report in one file, from the views that the pages have; built for Node into `dist/report/report.js`. */
export function reportPage(given: ReportGiven): ReportPage {
  return {
    style: [tokens, base, views, report].join("\n"),
    title: reportTitle(given.view),
    body: renderToString(<ReportBody given={given} />),
  };
}
