/* The kiosk: plus and minus for the people, printing at once where a printer stands, and ready again for the next. */

import { each } from "./page.js";

each("[data-kiosk]", (form) => {
  const field = form.elements.head_count;
  for (const button of form.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = (Number(field.value) || 1) + Number(button.dataset.step);
      field.value = Math.min(Math.max(next, Number(field.min)), Number(field.max));
    });
  }
  // One tap, one number: the server would give the same one anyway.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  // A half-made choice of somebody who went away is not the next visitor's.
  let idle = 0;
  const rest = () => {
    clearTimeout(idle);
    idle = setTimeout(() => location.replace(location.href), 90_000);
  };
  for (const what of ["pointerdown", "keydown"]) document.addEventListener(what, rest);
  rest();
});

each("[data-kiosk-done]", (done) => {
  const left = done.querySelector("[data-left]");
  let seconds = Number(done.dataset.seconds);
  if ("printAtOnce" in done.dataset) window.print();
  const tick = setInterval(() => {
    seconds -= 1;
    left.textContent = seconds > 0 ? `(${seconds})` : "";
    if (seconds <= 0) {
      clearInterval(tick);
      location.replace(done.dataset.again);
    }
  }, 1000);
  document.addEventListener("pointerdown", () => {
    seconds = Number(done.dataset.seconds);
  });
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
