import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./check/check.css";
import "./check/comparison.css";
import "./catalogue/catalogue.css";
import "./events/events.css";
import "./review/review.css";
import "./search/search.css";
import "./status/status.css";
import { render } from "preact";
import { App } from "./app";

const root = document.getElementById("app");
if (root) render(<App />, root);
