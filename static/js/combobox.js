/* Type to choose. Over a <select> it filters the options; over an <input data-combobox-url> it asks the server,
   which knows pinyin. The plain field keeps working without this. Pattern: ARIA combobox with a listbox. */

import { each, make, word } from "./page.js";

let number = 0;

const plain = (text) => text.toLowerCase().replace(/\s+/g, "");

function combobox(input, { fetchOptions, choose, pick }) {
  const id = `combobox-${(number += 1)}`;
  const list = make("ul", { role: "listbox", id, hidden: true, "aria-label": input.getAttribute("aria-label") || input.labels?.[0]?.textContent.trim() });
  const status = make("span", { class: "sr-only", role: "status" });
  const box = make("div", { class: "combobox" });
  input.replaceWith(box);
  box.append(input, list, status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  })) input.setAttribute(name, value);

  let active = -1;
  let asked = 0;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const all = options();
    active = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, i) => option.setAttribute("aria-selected", i === active ? "true" : "false"));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  };
  const open = async (query) => {
    const mine = (asked += 1);
    const found = await fetchOptions(query);
    if (mine !== asked || document.activeElement !== input) return;
    list.replaceChildren(...found);
    options().forEach((option, i) => {
      option.id ||= `${id}-${i}`;
      option.setAttribute("aria-selected", "false");
    });
    if (!found.length) list.append(make("li", { class: "none", role: "presentation" }, word("none")));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = word("found", found.length);
    mark(query && found.length ? 0 : -1);
  };
  const take = (option) => {
    choose(option);
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => open(input.value.trim()), 120);
  });
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open("");
      else mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      // Only the choice: moving on is the next Enter's work.
      event.preventDefault();
      take(options()[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab" && !list.hidden && active >= 0) {
      take(options()[active]);
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  input.addEventListener("blur", () => {
    close();
    pick();
  });
}

each("select[data-combobox]", (select) => {
  const input = make("input", { type: "text", id: select.id, placeholder: select.dataset.placeholder });
  for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  select.removeAttribute("id");
  select.hidden = true;
  const shown = () => (select.value ? select.selectedOptions[0].textContent.trim() : "");
  input.value = shown();
  select.before(input);
  if (select.required) {
    select.required = false;
    input.required = true;
  }
  combobox(input, {
    fetchOptions: async (query) => {
      const wanted = plain(query);
      const hits = [...select.options].filter(
        (option) => option.value && plain(`${option.textContent} ${option.dataset.search ?? ""}`).includes(wanted),
      );
      return hits.slice(0, 60).map((option) => make("li", { role: "option", "data-value": option.value }, option.textContent.trim()));
    },
    choose: (option) => {
      select.value = option.dataset.value;
      input.value = shown();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    },
    pick: () => {
      if (!input.value.trim() && select.querySelector("option[value='']")) select.value = "";
      input.value = shown();
    },
  });
});

each("input[data-combobox-url]", (input) => {
  const hidden = input.form?.elements[input.dataset.comboboxValue];
  let chosen = input.value;
  // Another script chose for the reader (a proposal that was pressed).
  input.addEventListener("combobox:set", (event) => (chosen = event.detail));
  combobox(input, {
    fetchOptions: async (query) => {
      try {
        const answer = await fetch(input.dataset.comboboxUrl + encodeURIComponent(query), { headers: { "X-Combobox": "1" } });
        const body = new DOMParser().parseFromString(await answer.text(), "text/html").body;
        return answer.ok ? [...body.querySelectorAll("[role=option]")] : [];
      } catch {
        return [];
      }
    },
    choose: (option) => {
      chosen = option.dataset.label || option.firstChild.textContent.trim();
      input.value = chosen;
      if (hidden) {
        hidden.value = option.dataset.value;
        hidden.dispatchEvent(new Event("change", { bubbles: true }));
      }
    },
    pick: () => {
      if (!hidden || input.value.trim() === chosen) return;
      hidden.value = "";
      chosen = "";
    },
  });
});
