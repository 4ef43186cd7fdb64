/* Filters: a changed select or date asks at once; empty fields stay out of the address. On wide screens they are open. */

import { each } from "./page.js";

each("form[data-filters]", (form) => {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
  const details = form.querySelector("details[data-open-wide]");
  if (details && matchMedia("(min-width: 48em)").matches) {
    details.open = true;
    form.classList.add("is-wide");
  }
});
