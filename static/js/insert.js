/* Texts that were used before, put into a field by one press. They stand on the page to be copied as well. */

import { each } from "./page.js";

each("[data-insert-into]", (list) => {
  const field = document.getElementById(list.dataset.insertInto);
  if (!field) return;
  list.hidden = false;
  list.addEventListener("click", (event) => {
    const text = event.target.closest("[data-insert]")?.dataset.insert;
    if (!text || field.value.includes(text)) return;
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n${text}` : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
});
