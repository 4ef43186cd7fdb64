/* A form that was sent is not sent again. The server's idempotency key is the guarantee; this spares the waiting. */

import { word } from "./page.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button && !form.hasAttribute("hx-post")) {
    button.setAttribute("aria-busy", "true");
    // After the browser has collected the button's own name and value.
    setTimeout(() => {
      button.dataset.label = button.textContent;
      button.textContent = word("saving") || button.textContent;
      button.setAttribute("aria-disabled", "true");
    });
  }
});

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-label]")) {
    button.textContent = button.dataset.label;
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
    delete button.dataset.label;
  }
}

// Back from the history, or an htmx answer: the form may be used again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-sent]");
  if (form) release(form);
});
