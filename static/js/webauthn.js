/* A security key answers what the server asks (W3C WebAuthn). `form[data-key=create|get]` is sent when the key has
   answered; its hidden field `answer` carries what it said. The words for what can go wrong stand on the form. */

import { each } from "./page.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

function text(buffer) {
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function readable(options) {
  const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const found = { ...options, challenge: bytes(options.challenge) };
  if (found.user) found.user = { ...found.user, id: bytes(found.user.id) };
  if (found.excludeCredentials) found.excludeCredentials = named(found.excludeCredentials);
  if (found.allowCredentials) found.allowCredentials = named(found.allowCredentials);
  return found;
}

function writable(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = text(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
    if (response.userHandle) said.userHandle = text(response.userHandle);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said };
}

/** The name of the sentence that fits; a browser says "not allowed" both when one cancels and when time runs out. */
function trouble(error, since, wait) {
  const known = { InvalidStateError: "again", SecurityError: "site", NotSupportedError: "unsupported" };
  if (known[error.name]) return known[error.name];
  if (error.name === "NotAllowedError" || error.name === "AbortError") {
    return performance.now() - since >= wait - 1000 ? "late" : "cancelled";
  }
  return "failed";
}

/** What the server asks. A sentence of the server's own is thrown as it is. */
async function asked(form) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("purpose", form.dataset.purpose ?? "");
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.dataset.ask, { method: "POST", body, headers, cache: "no-store" });
  const options = await answer.json();
  if (!answer.ok) throw new Error(options.reason);
  return options;
}

each("form[data-key]", (form) => {
  const note = form.querySelector("[data-key-note]");
  const button = form.querySelector("button");
  const say = (words, state) => {
    note.textContent = words;
    note.dataset.state = state;
    note.hidden = !words;
  };
  const busy = (is) => {
    button.toggleAttribute("aria-busy", is);
    button.toggleAttribute("aria-disabled", is);
    if (is) ["aria-busy", "aria-disabled"].forEach((name) => button.setAttribute(name, "true"));
  };

  async function ceremony() {
    if (!window.isSecureContext) return say(form.dataset.site, "wrong");
    if (!window.PublicKeyCredential) return say(form.dataset.unsupported, "wrong");
    busy(true);
    say(form.dataset.touch, "waiting");
    let options;
    try {
      options = await asked(form);
    } catch (error) {
      busy(false);
      return say(error instanceof SyntaxError || error instanceof TypeError ? form.dataset.lost : error.message, "wrong");
    }
    const since = performance.now();
    try {
      const publicKey = readable(options);
      const credential = await navigator.credentials[form.dataset.key]({ publicKey });
      form.elements.answer.value = JSON.stringify(writable(credential));
      form.submit();
    } catch (error) {
      busy(false);
      say(form.dataset[trouble(error, since, options.timeout)], "wrong");
      button.focus();
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!button.hasAttribute("aria-busy")) ceremony();
  });
  // Back from the history: an answer is good once.
  window.addEventListener("pageshow", () => {
    form.elements.answer.value = "";
    busy(false);
  });
});
