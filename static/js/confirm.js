/* An act with consequences asks once, in a sentence. Without JavaScript the server asks on a page of its own. */

import { make, word } from "./page.js";

function ask(question, consequence, label, danger) {
  return new Promise((resolve) => {
    const title = make("h2", { id: "confirm-title" }, question);
    const yes = make("button", { class: danger ? "button danger" : "button primary", value: "yes" }, label);
    const no = make("button", { class: "button quiet", value: "no", autofocus: true }, word("cancel"));
    const form = make("form", { method: "dialog", class: "buttons" }, no, yes);
    const dialog = make("dialog", { "aria-labelledby": "confirm-title" }, title);
    if (consequence) dialog.append(make("p", {}, consequence));
    dialog.append(form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// In the capture phase: before htmx or the double submit guard sees the click.
document.addEventListener(
  "click",
  async (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || button.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { confirm, consequence } = button.dataset;
    const label = button.dataset.confirmLabel || button.innerText.split("\n")[0].trim() || word("confirm");
    if (!(await ask(confirm, consequence, label, button.classList.contains("danger")))) {
      button.focus();
      return;
    }
    if (button.form && !button.form.elements.confirmed) {
      button.form.append(make("input", { type: "hidden", name: "confirmed", value: "1" }));
    }
    button.dataset.confirmed = "1";
    button.click();
    setTimeout(() => delete button.dataset.confirmed);
  },
  true,
);
