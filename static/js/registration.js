/* The registration page: rows are added and removed in place, what a paper says fills its fields, a proposed
   category is taken with one press, and the draft's revision goes with the form. Without this the buttons post. */

import { each } from "./page.js";

const started = (element) =>
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: element } }));

function addRow(form, prefix) {
  const list = form.querySelector(`[data-rows="${prefix}"]`);
  const total = form.elements[`${prefix}-TOTAL_FORMS`];
  const template = form.querySelector(`template[data-row-of="${prefix}"]`);
  const row = template.content.firstElementChild.cloneNode(true);
  const html = row.outerHTML.replaceAll("__prefix__", total.value);
  total.value = Number(total.value) + 1;
  list.insertAdjacentHTML("beforeend", html);
  started(list.lastElementChild);
  return list.lastElementChild;
}

each("#registration", (form) => {
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    const remove = event.target.closest("[data-remove-row]");
    if (add) {
      event.preventDefault();
      addRow(form, add.dataset.addRow).querySelector("input, select, textarea")?.focus();
    } else if (remove) {
      event.preventDefault();
      const row = remove.closest("[data-row]");
      const list = row.parentElement;
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("input, select") ?? form.querySelector(`[data-add-row="${list.dataset.rows}"]`))?.focus();
      form.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  // A draft that was kept on this computer may have more rows than the page.
  form.addEventListener("draft:restore", (event) => {
    for (const [name, value] of event.detail) {
      const prefix = name.match(/^(\w+)-TOTAL_FORMS$/)?.[1];
      while (prefix && Number(form.elements[name].value) < Math.min(Number(value), 100)) addRow(form, prefix);
    }
  });

  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-category]");
    if (!chip) return;
    const typed = form.elements.category_text;
    form.elements.category.value = chip.dataset.category;
    typed.value = chip.dataset.label;
    typed.dispatchEvent(new CustomEvent("combobox:set", { detail: chip.dataset.label }));
    form.elements.category.dispatchEvent(new Event("change", { bubbles: true }));
    form.elements.place.focus();
  });

  const { read_back: said, read_back_time: time } = form.elements;
  said.addEventListener("change", () => {
    if (said.checked && !time.value) time.value = new Date().toTimeString().slice(0, 5);
  });

  // From the first save on the address is the draft's: a reload brings it back.
  form.addEventListener("draft:saved", () => {
    const token = form.elements.form_token.value;
    form.dataset.autosaveKey = `register-${token}`;
    history.replaceState(history.state, "", `?draft=${token}`);
  });
});

/* What the paper says: filled in where the clerk has written nothing of their own. */
const filled = new WeakMap();

function fill(field, value) {
  if (!field || !value) return;
  if (field.value && field.value !== filled.get(field)) return;
  field.value = value;
  field.tabIndex = -1; // read from the paper: the keyboard passes it by, the mouse still reaches it
  filled.set(field, value);
}

each("[data-paper-sex]", (facts) => {
  const form = document.getElementById("registration");
  fill(form?.elements["who-sex"], facts.dataset.paperSex);
  fill(form?.elements["who-birth_date"], facts.dataset.paperBirth);
});

/* Telephone and address of last time, taken over with one press. */
each("[data-known-phone]", (known) => {
  const form = document.getElementById("registration");
  for (const name of ["phone", "address"]) {
    const field = form?.elements[`who-${name}`];
    if (field && !field.value) {
      field.value = known.dataset[name === "phone" ? "knownPhone" : "knownAddress"];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
});

/* Triage: later needs nothing; an outcome needs its own fields and grounds. */
each("[data-triage]", (box) => {
  const rest = box.querySelector("details");
  const outcomes = [...box.querySelectorAll("[name='triage-outcome']")];
  const ground = box.querySelector("[name='triage-ground']");
  rest.querySelector("summary").hidden = true;
  const show = () => {
    const chosen = outcomes.find((radio) => radio.checked);
    const code = chosen?.value ?? "";
    const wanted = box.querySelector(`[data-outcome="${code}"]`)?.dataset.fields.split(" ") ?? [];
    rest.hidden = !code;
    rest.open = Boolean(code);
    for (const field of rest.querySelectorAll(".field")) {
      const name = field.querySelector("[name]")?.name.replace("triage-", "");
      field.hidden = !wanted.includes(name);
    }
    for (const group of ground.querySelectorAll("optgroup")) {
      group.hidden = group.disabled = group.label !== chosen?.parentElement.textContent.trim();
    }
    if (code && (ground.selectedOptions[0]?.parentElement.disabled ?? true)) {
      ground.value = ground.querySelector("optgroup:not([disabled]) option")?.value ?? "";
    }
  };
  box.addEventListener("change", (event) => outcomes.includes(event.target) && show());
  show();
});
