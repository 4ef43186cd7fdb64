/* One key, one click: the text of a field into the clipboard. Without it the text is selected by hand. */

import { each } from "./page.js";

each("[data-copy]", (button) => {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) return;
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    label.textContent = button.dataset.copied;
    const status = document.getElementById("copy-status");
    if (status) status.textContent = button.dataset.copied;
    setTimeout(() => {
      label.textContent = before;
      if (status) status.textContent = "";
    }, 4000);
  });
});
