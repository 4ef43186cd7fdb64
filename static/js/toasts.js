/* Messages stay until they are read: a close button on each, and Escape closes the newest. */

import { each, make } from "./page.js";

each("#toasts > .toast", (toast) => {
  const label = toast.parentElement.dataset.close || "×";
  const button = make("button", { type: "button", class: "button quiet small", "aria-label": label }, "×");
  button.addEventListener("click", () => toast.remove());
  toast.append(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) document.querySelector("#toasts > .toast:last-child")?.remove();
});
