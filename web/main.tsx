import { render } from "preact";
import { App } from "./app.tsx";
import { chosenScheme, showScheme } from "./state/scheme.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/views.css";
import "./style/screens.css";

showScheme(chosenScheme());
const page = document.getElementById("page");
if (page !== null) render(<App />, page);
