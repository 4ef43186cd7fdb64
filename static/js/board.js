/* A board of the queue keeps itself true: <div data-board="URL" data-every="2000"> with [data-region] parts.

   It asks with the ETag it has, and at once after a move (`board-changed`). Only a part that changed is replaced, so
   that nothing is read out twice, no focus is lost and an open drawer stays open. Asking does not keep a session
   alive; when the session has ended, the page goes to the sign-in. */

const board = document.querySelector("[data-board]");
const lost = document.querySelector("[data-board-lost]");
const every = Number(board?.dataset.every) || 2000;
const PATIENCE = 2;

const shown = new Map();
let tag = "";
let failed = 0;
let timer = 0;
let asking = false;
let again = false;

/** What the part says, without what differs in every answer: form keys and the server's clock. */
function gist(region) {
  const copy = region.cloneNode(true);
  for (const input of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) input.remove();
  for (const time of copy.querySelectorAll("time[data-now]")) {
    time.removeAttribute("data-now");
    time.textContent = "";
  }
  for (const opened of copy.querySelectorAll("details")) opened.removeAttribute("open");
  return copy.outerHTML;
}

function regions(root) {
  return new Map([...root.querySelectorAll("[data-region]")].map((region) => [region.dataset.region, region]));
}

function replace(old, fresh) {
  const opened = [...old.querySelectorAll("details[data-keep]")].map((one) => (one.open ? one.dataset.keep : ""));
  for (const drawer of fresh.querySelectorAll("details[data-keep]")) drawer.open = opened.includes(drawer.dataset.keep);
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.shortcut : "";
  const name = old.dataset.region;
  window.htmx.swap(old, fresh.outerHTML, { swapStyle: "outerHTML" });
  if (focused) board.querySelector(`[data-region="${name}"] [data-shortcut="${focused}"]`)?.focus();
}

function show(text) {
  const old = regions(board);
  for (const [name, region] of regions(new DOMParser().parseFromString(text, "text/html"))) {
    const what = gist(region);
    if (shown.get(name) === what || !old.has(name)) continue;
    shown.set(name, what);
    replace(old.get(name), region);
  }
}

async function ask() {
  clearTimeout(timer);
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const giveUp = new AbortController();
  const limit = setTimeout(() => giveUp.abort(), 5000);
  try {
    const headers = { "X-Polling": "1", ...(tag ? { "If-None-Match": tag } : {}) };
    const answer = await fetch(board.dataset.board, { headers, cache: "no-store", signal: giveUp.signal });
    if (answer.status === 401) {
      location.reload();
      return;
    }
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.text());
      tag = answer.headers.get("ETag") ?? "";
    }
    failed = 0;
  } catch {
    failed += 1;
  } finally {
    clearTimeout(limit);
    asking = false;
  }
  if (lost) lost.hidden = failed < PATIENCE;
  timer = setTimeout(ask, again ? 0 : Math.min(every * (failed + 1), 10000));
  again = false;
}

if (board) {
  for (const [name, region] of regions(board)) shown.set(name, gist(region));
  timer = setTimeout(ask, every);
  document.addEventListener("board-changed", () => {
    for (const drawer of board.querySelectorAll("details[data-keep][open]")) drawer.open = false;
    tag = "";
    ask();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
}
