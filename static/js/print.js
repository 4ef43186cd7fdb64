/* One key, one click: the browser's print dialog. */

import { each } from "./page.js";

each("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
each("[data-print-now]", () => window.addEventListener("load", () => window.print()));
