/* An ID card fills the fields of a person: read by the agent beside this browser (the button), or typed by a reader
   that acts as a keyboard. What is not asked for on the page is thrown away here. docs/devices.md has the contract. */

import { each } from "./page.js";

const NUMBER = /^\d{17}[\dXx]$/;
const HAN = /\p{Script=Han}/u;
const NATIONS = /^(汉|.{1,6}族|其他)$/u;

/** `姓名|性别|民族|出生|住址|号码|…` in any order, with | ^ or a tab between; null for anything else. */
export function card(line) {
  const parts = line.split(/[|^\t]/).map((part) => part.trim()).filter(Boolean);
  const number = parts.find((part) => NUMBER.test(part));
  if (!number || parts.length < 2) return null;
  const words = parts.filter((part) => HAN.test(part) && !/^[男女]性?$/.test(part) && !NATIONS.test(part));
  const name = words.find((part) => !/\d/.test(part) && part.length <= 25) ?? "";
  const address = words.find((part) => part !== name && part.length >= 6 && !/(公安|分)局$/.test(part)) ?? "";
  return { id_number: number.toUpperCase(), name, address };
}

function fieldsNear(element) {
  return element.closest("[data-row]") ?? element.closest(".fields");
}

function fill(box, facts) {
  const field = (name) => box.querySelector(`[name$="-${name}"]`);
  const kind = field("id_kind");
  if (kind) kind.value = "resident";
  for (const name of ["id_number", "name", "address"]) {
    if (field(name) && facts[name]) field(name).value = String(facts[name]).slice(0, 120);
  }
  for (const name of ["id_kind", "address", "name", "id_number"]) {
    for (const event of ["input", "change"]) field(name)?.dispatchEvent(new Event(event, { bubbles: true }));
  }
  (field("phone") ?? field("name"))?.focus();
}

/* As a keyboard: the whole line lands in the field that has the focus. The field is made long enough to hold it. */
each("#registration", (form) => {
  const typed = "[name$='-id_number'], [name$='-name']";
  const free = (event) => event.target.matches?.(typed) && event.target.removeAttribute("maxlength");
  form.addEventListener("focusin", free);
  if (document.activeElement) free({ target: document.activeElement });
  const take = (field) => {
    const facts = card(field.value);
    if (!facts) return false;
    field.value = "";
    fill(fieldsNear(field), facts);
    return true;
  };
  form.addEventListener(
    "keydown",
    (event) => {
      // A tab between the parts would leave the field before the line has ended.
      if (event.key === "Tab" && event.target.matches(typed) && event.target.dataset.fast) {
        event.preventDefault();
        event.target.value += "\t";
      }
      if (event.key !== "Enter" || !event.target.matches(typed) || !take(event.target)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  let last = 0;
  form.addEventListener("input", (event) => {
    if (!event.target.matches(typed)) return;
    const fast = event.timeStamp - last < 30;
    last = event.timeStamp;
    if (fast) event.target.dataset.fast = "1";
    else delete event.target.dataset.fast;
  });
  form.addEventListener("change", (event) => event.target.matches(typed) && take(event.target));
});

/* By the agent on this computer. */
async function ask(address, options = {}) {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(5000), ...options });
  const said = await answer.json().catch(() => ({}));
  return { status: answer.status, said };
}

async function read(button) {
  const url = button.dataset.readerUrl;
  let agent;
  try {
    agent = await ask(`${url}/v1/status`, { targetAddressSpace: "loopback" });
  } catch {
    return "sayNone";
  }
  if (agent.status !== 200 || !agent.said.ready || !Number.isInteger(agent.said.reader)) return "sayRefused";
  const token = button.form.elements.csrfmiddlewaretoken.value;
  const path = button.dataset.pass.replace("/0/", `/${agent.said.reader}/`);
  try {
    const given = await ask(path, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    if (given.status !== 200) return "sayRefused";
    const found = await ask(`${url}/v1/read`, {
      method: "POST",
      targetAddressSpace: "loopback",
      headers: { Authorization: `Bearer ${given.said.pass}` },
    });
    if (found.status === 409) return "sayEmpty";
    if (found.status !== 200 || !NUMBER.test(found.said.id_number ?? "")) return "sayRefused";
    fill(fieldsNear(button), found.said);
    return "sayDone";
  } catch {
    return "sayNone";
  }
}

each("[data-read-id]", (button) => {
  const said = button.parentElement.querySelector("[data-reader-said]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    said.textContent = button.dataset.sayReading;
    const word = await read(button);
    said.textContent = button.dataset[word];
    button.removeAttribute("aria-busy");
  });
});
