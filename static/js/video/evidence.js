/* Material shown to all ends: the house says that something is shown, this end fetches what it may see and do. */

export function startEvidence(room, token) {
  const box = room.querySelector("[data-evidence]");
  if (!box) return null;
  const words = box.querySelector("[data-evidence-words]").dataset;
  const now = box.querySelector("[data-evidence-now]");
  const trouble = box.querySelector("[data-evidence-trouble]");
  let known = null;
  let html = "";

  function say(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  function put(text) {
    // What somebody is choosing at this moment stays as it is, unless something has changed.
    if (text === html) return;
    html = text;
    now.innerHTML = text;
    for (const picture of now.querySelectorAll("img")) picture.addEventListener("error", () => say(words.unloaded));
  }

  async function refresh() {
    const answer = await fetch(box.dataset.now, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (answer?.ok) {
      say("");
      put(await answer.text());
    } else known = null; // asked once more with the next word of the house
  }

  now.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    event.submitter.disabled = true;
    const answer = await fetch(form.action, { method: "POST", headers: { "X-CSRFToken": token }, body: fields }).catch(() => null);
    const isOurs = answer?.headers.get("Content-Type")?.startsWith("text/html") && (answer.ok || [403, 409, 422].includes(answer.status));
    say(isOurs ? "" : words.failed);
    if (isOurs) put(await answer.text());
    event.submitter.disabled = false;
  });
  now.addEventListener("click", (event) => {
    const button = event.target.closest("[data-evidence-zoom]");
    if (!button) return;
    const isLarge = now.querySelector(".evidence-frame").classList.toggle("is-large");
    button.setAttribute("aria-pressed", String(isLarge));
    button.textContent = isLarge ? button.dataset.smaller : button.dataset.larger;
  });
  now.addEventListener("contextmenu", (event) => event.target.closest("img") && event.preventDefault());

  return {
    told({ status, evidence }) {
      const next = status === "admitted" ? `in ${evidence}` : "";
      if (next === known) return;
      known = next;
      if (next) refresh();
      else put("");
    },
    end() {
      known = "";
      put("");
    },
  };
}
