/* The shared note in the live room: typed by the host and saved as it is typed, seen by all, signed at each end. */

import { Ink } from "./ink.js";

const LOOK = 15_000;
const PAUSE = 700; // after the last key
const AGAIN = 3000;

export function startNote(room, token) {
  const box = room.querySelector("[data-note]");
  if (!box) return null;
  const words = box.querySelector("[data-note-words]").dataset;
  const now = box.querySelector("[data-note-now]");
  const status = box.querySelector("[data-note-status]");
  let shown = "";
  let tag = null;
  let saved = ""; // what the house has, as this window knows it
  let timer = 0;
  let saving = null;
  let ink = null;
  let isTorn = false;

  const field = () => now.querySelector("textarea[name=text]");
  const isTyped = () => Boolean(field()) && field().value !== saved;
  const told = (text) => status.textContent !== text && (status.textContent = text);

  const keyOf = (one) => `${one.form?.dataset.noteForm}/${one.name}/${one.type === "radio" ? one.value : ""}`;
  const fields = () => [...now.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const version = () => Number(now.querySelector("[data-note-version]")?.dataset.noteVersion ?? 0);

  /* Whatever somebody is filling in stays filled in, with the caret where it was, while the rest changes; `sent` names
     the form that was just sent and begins anew. */
  function put(html, sent = "") {
    if (html === shown) return;
    const before = { version: version(), upon: now.querySelector("[name=version]")?.value, typed: isTyped(), had: Boolean(field()) };
    const kept = new Map(fields().filter((one) => one.form?.dataset.noteForm !== sent).map((one) => [
      keyOf(one), { value: one.value, checked: one.checked, isOn: one === document.activeElement, at: one.selectionStart },
    ]));
    const opened = [...now.querySelectorAll("details[open] > form")].map((form) => form.dataset.noteForm);
    const sheet = now.querySelector("[data-note-form=sign] [name=sha256]")?.value;
    const drawn = ink?.lines ?? [];
    shown = html;
    now.innerHTML = html;
    for (const one of fields()) {
      const own = kept.get(keyOf(one));
      if (!own) continue;
      // The note itself: what another window saved is taken over where nothing was typed here.
      if (one !== field() || before.typed || version() === before.version) one.value = own.value;
      if (one.type === "radio") one.checked = own.checked;
      if (own.isOn) {
        one.focus({ preventScroll: true });
        if (typeof own.at === "number" && one.type !== "radio") one.setSelectionRange?.(own.at, own.at);
      }
    }
    if (field()) {
      if (!before.typed) saved = before.had && version() === before.version ? saved : field().value;
      // Typed upon an older text: so the house says that another window has saved meanwhile.
      else now.querySelector("[name=version]").value = before.upon;
    }
    for (const name of opened) {
      const details = now.querySelector(`[data-note-form="${name}"]`)?.closest("details");
      if (details && name !== sent) details.open = true;
    }
    const form = now.querySelector("[data-note-form=sign]");
    ink = form ? new Ink(form) : null;
    if (ink && drawn.length && form.querySelector("[name=sha256]").value === sheet) ink.set(drawn);
  }

  /* What this window wrote is saved: its words stay, with the version to go on from. */
  function follow(html, text) {
    const upon = new DOMParser().parseFromString(html, "text/html").querySelector("[name=version]")?.value;
    saved = text;
    if (upon && field()) {
      now.querySelector("[name=version]").value = upon;
      now.querySelector("[data-note-version]").dataset.noteVersion = upon;
    } else put(html);
  }

  /* Another window was first: its text stands above the own one, and stays there until this one is saved. */
  function tear(html, text) {
    shown = "";
    isTorn = true;
    const own = field()?.value ?? text;
    now.innerHTML = html;
    if (field()) field().value = own;
    saved = null;
    told("");
  }

  async function refresh() {
    const answer = await fetch(box.dataset.now, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok) return;
    const html = await answer.text();
    if (!html.includes("data-note-version")) return;
    const upon = Number(html.match(/data-note-version="(\d+)"/)?.[1] ?? 0);
    if (!saving && !isTorn && upon >= version()) put(html);
  }

  async function post(url, fields) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" },
      body: new URLSearchParams(fields),
    }).catch(() => null);
    if (!answer || answer.status >= 500) return null;
    const html = [200, 409, 422].includes(answer.status) ? await answer.text() : "";
    return { ok: answer.ok, html: html.includes("data-note-version") ? html : "" }; // else: the seat is not ours any more
  }

  async function save() {
    clearTimeout(timer);
    if (saving) return saving;
    const form = field()?.form;
    if (!form || !isTyped()) return undefined;
    const text = field().value;
    told(words.saving);
    saving = post(form.action, new FormData(form));
    const answer = await saving;
    saving = null;
    if (!answer?.html) {
      told(words.lost);
      timer = setTimeout(save, AGAIN);
    } else if (answer.ok) {
      isTorn = false;
      follow(answer.html, text);
      told(words.saved);
      if (isTyped()) later();
      else refresh();
    } else tear(answer.html, text);
    return undefined;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  now.addEventListener("input", ({ target }) => {
    if (target === field()) later();
  });
  now.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter;
    if (button?.hasAttribute("data-note-save")) return save();
    clearTimeout(timer);
    await saving;
    if (button) button.disabled = true;
    const filled = new FormData(form);
    const answer = await post(button?.getAttribute("formaction") || form.action, filled);
    if (button) button.disabled = false;
    if (!answer?.html) return told(words.failed);
    told("");
    const name = form.dataset.noteForm;
    if (name === "write" && !answer.ok) return tear(answer.html, filled.get("text"));
    if (answer.ok) isTorn = false;
    shown = "";
    if (answer.ok && name === "sign") ink = null;
    put(answer.html, answer.ok ? name : "");
    return undefined;
  });
  addEventListener("beforeunload", (event) => isTyped() && event.preventDefault());
  setInterval(refresh, LOOK);
  refresh();
  return {
    see(facts) {
      if (facts.note === tag) return;
      tag = facts.note;
      refresh();
    },
  };
}
