/* Drafts save themselves: to the server, and to this computer while the server is out of reach.

   A JSON answer may carry `fields` (hidden fields to set, e.g. the draft's revision); 409 with `reason` means that
   another tab saved in between: it is said, and nothing is overwritten. Events on the form: `draft:saved` after a
   save, `draft:restore` (detail: the kept fields) before what this computer kept is put back.

   Where every save is an act on record, a form keeps what is typed on this computer alone: `data-autosave-local` names
   it, `data-autosave-version` says from which saved words it began; kept words that began from others are dropped. */

import { each, make, word } from "./page.js";

const PAUSE = 1500;
const AT_MOST_EVERY = 10000;

function collect(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  data.delete("confirmed");
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

const stored = {
  read: (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write: (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* A full or forbidden storage: the next save to the server is the only one left. */
    }
  },
  drop: (key) => localStorage.removeItem(key),
};

function restore(form, entries) {
  form.dispatchEvent(new CustomEvent("draft:restore", { detail: entries }));
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "file") continue;
    const values = entries.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values[0];
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// The page's own module comes after this one and may listen for `draft:restore`.
let built = false;
document.addEventListener("DOMContentLoaded", () => (built = true));
const whenBuilt = (act) => (built ? act() : document.addEventListener("DOMContentLoaded", act, { once: true }));

// Signed out: the next person at this computer finds nothing that was typed.
each("[data-signed-out]", () => {
  for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
});

each("form[data-autosave-url], form[data-autosave-local]", (form) => {
  const local = form.dataset.autosaveLocal;
  const version = form.dataset.autosaveVersion ?? "";
  const key = () => `draft:${local || form.dataset.autosaveKey || form.dataset.autosaveUrl}`;
  const keep = (data) => stored.write(key(), { at: Date.now(), version, fields: [...data] });
  const status = form.querySelector("[data-autosave-status]");
  const say = (text) => {
    if (status) status.textContent = text;
  };
  status?.setAttribute("role", "status");
  let timer = 0;
  let last = 0;
  let sending = false;
  let changed = false; // since the last save
  let stale = false;

  const save = async () => {
    if (stale || form.dataset.sent) return;
    if (sending) {
      soon();
      return;
    }
    sending = true;
    changed = false;
    last = Date.now();
    const data = collect(form);
    if (local) {
      keep(data);
      say(`${word("draftHere")} ${new Date().toTimeString().slice(0, 5)}`);
      sending = false;
      return;
    }
    say(word("draftSaving"));
    try {
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        body: data,
        headers: {
          "X-Autosave": "1",
          "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "",
        },
      });
      const body = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (answer.status === 409) {
        stale = true;
        say(body.reason);
        return;
      }
      // Signed out meanwhile: the answer is the sign-in page, not a saved draft.
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      for (const [name, value] of Object.entries(body.fields ?? {})) form.elements[name].value = value;
      stored.drop(key());
      form.dispatchEvent(new CustomEvent("draft:saved", { detail: body }));
      say(`${word("saved")} ${new Date().toTimeString().slice(0, 5)}`);
    } catch {
      changed = true;
      keep(data);
      say(word("draftKept"));
    } finally {
      sending = false;
    }
  };
  const soon = () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(PAUSE, last + AT_MOST_EVERY - Date.now()));
  };

  whenBuilt(() => {
    const left = stored.read(key());
    if (local && left && left.version !== version) stored.drop(key());
    else if (left?.fields?.length && !form.querySelector(".error-summary")) {
      restore(form, left.fields);
      const drop = make("button", { type: "button", class: "button quiet small" }, word("draftDrop"));
      const remark = make("div", { class: "notice info", role: "status" }, make("div", {}, word("draftFound")), drop);
      drop.addEventListener("click", () => {
        stored.drop(key());
        form.reset();
        remark.remove();
      });
      form.prepend(remark);
      soon();
    }
  });
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  window.addEventListener("online", soon);
  form.addEventListener("submit", () => clearTimeout(timer));
  // Closing the page in the middle of a word: what is not on the server stays here.
  window.addEventListener("pagehide", () => {
    if (changed && !stale && !form.dataset.sent) keep(collect(form));
  });
});

each("[data-autosave-clear]", (element) => stored.drop(`draft:${element.dataset.autosaveClear}`));
