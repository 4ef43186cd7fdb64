/* Keys that press the buttons on the page. `/` goes to the search box, `?` lists what there is. */

import { each, make, word } from "./page.js";

const visible = (element) => element.getClientRects().length > 0;

function typing(target) {
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !target.matches("[type=checkbox], [type=radio], [type=submit], [type=button]");
}

function find(key) {
  const wanted = key.toLowerCase();
  return [...document.querySelectorAll("[data-shortcut]")].find(
    (element) => element.dataset.shortcut.toLowerCase() === wanted && visible(element),
  );
}

function help() {
  if (document.getElementById("keys-help")) return;
  const rows = [["/", word("focusSearch")], ["?", word("showKeys")]].filter(
    ([key]) => key !== "/" || document.querySelector("[data-search-box]"),
  );
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    if (!visible(element)) continue;
    const label = element.dataset.shortcutLabel || element.textContent.replace(element.querySelector("kbd")?.textContent ?? "", "");
    const key = element.dataset.shortcut;
    rows.push([key.length === 1 ? key.toUpperCase() : key, label.trim()]);
  }
  const list = make("dl", { class: "key-list" });
  for (const [key, label] of rows) {
    list.append(make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, label)));
  }
  const close = make("form", { method: "dialog", class: "buttons" }, make("button", { class: "button" }, word("close")));
  const title = make("h2", { id: "keys-title" }, word("keys"));
  const dialog = make("dialog", { id: "keys-help", "aria-labelledby": "keys-title" }, title, list, close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const button = find("Ctrl+Enter");
    if (button) {
      event.preventDefault();
      button.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const box = document.querySelector("[data-search-box]");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  } else if (event.key === "?") {
    event.preventDefault();
    help();
  } else if (event.key.length === 1 && !event.repeat) {
    const element = find(event.key);
    if (element && element.getAttribute("aria-disabled") !== "true") {
      event.preventDefault();
      element.click();
    }
  }
});

each("[data-shortcuts-help]", (button) => {
  button.hidden = false;
  button.addEventListener("click", help);
});
