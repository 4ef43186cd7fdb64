/* What several modules need: words from the page (so that both languages work), and a start that htmx repeats. */

const words = document.getElementById("words");

/** A word of the page's language; `%s` is replaced by `value`. */
export function word(name, value = "") {
  return (words?.dataset[name] ?? "").replace("%s", value);
}

/** Run `start(element)` once for each element that matches, now and after htmx brings new ones. */
export function each(selector, start) {
  const seen = new WeakSet();
  const run = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    for (const element of found) {
      if (!seen.has(element)) {
        seen.add(element);
        start(element);
      }
    }
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}

/** An element with attributes and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
