/* The hall display keeps itself up to date: it asks every second with the ETag it has, shows when the connection is
   lost, mends it by itself, and speaks each new call once. */

import { announce, unlock } from "./announce.js";

const live = document.querySelector("[data-live-url]");
const lost = document.querySelector("[data-live-lost]");
const clock = document.querySelector("[data-live-clock]");
const sound = document.querySelector("[data-live-sound]");
const every = Number(live?.dataset.liveEvery) || 1000;
const PATIENCE = 3;

let tag = "";
let failed = 0;
let shift = 0;
const spoken = new Set();

function remember(root) {
  for (const element of root.querySelectorAll("[data-announce-id]")) spoken.add(element.dataset.announceId);
}

function speakNew(root) {
  for (const element of root.querySelectorAll("[data-announce-id]")) {
    const id = element.dataset.announceId;
    if (spoken.has(id)) continue;
    spoken.add(id);
    element.dataset.fresh = "";
    announce({ text: element.dataset.announce, number: element.dataset.announceNumber, lang: element.lang || "zh-CN" });
  }
}

async function ask() {
  const giveUp = new AbortController();
  const limit = setTimeout(() => giveUp.abort(), 5000);
  try {
    const answer = await fetch(live.dataset.liveUrl, {
      headers: { "X-Polling": "1", ...(tag && { "If-None-Match": tag }) },
      cache: "no-store",
      signal: giveUp.signal,
    });
    if (answer.status === 403) {
      location.reload(); // this device was taken back: the page says why, and how it is mended
      return;
    }
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(answer.status);
      live.innerHTML = await answer.text();
      tag = answer.headers.get("ETag") ?? "";
      speakNew(live);
    }
    const stamp = Date.parse(answer.headers.get("Date") ?? "");
    if (stamp) shift = stamp - Date.now();
    failed = 0;
  } catch {
    failed += 1;
  } finally {
    clearTimeout(limit);
  }
  if (lost) lost.hidden = failed < PATIENCE;
  document.documentElement.toggleAttribute("data-offline", failed >= PATIENCE);
  // While lost, ask less often, but never less than every ten seconds.
  setTimeout(ask, failed < PATIENCE ? every : Math.min(every * failed, 10000));
}

function tick() {
  const now = new Date(Date.now() + shift);
  const zone = { timeZone: "Asia/Shanghai" };
  const lang = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
  const day = now.toLocaleDateString(lang, { ...zone, month: "long", day: "numeric", weekday: "long" });
  const time = now.toLocaleTimeString(lang, { ...zone, hour: "2-digit", minute: "2-digit", hour12: false });
  clock.textContent = `${day} ${time}`;
}

if (live) {
  remember(live);
  setTimeout(ask, every);
}
if (clock) {
  tick();
  setInterval(tick, 1000);
}
unlock().then((ready) => {
  if (!sound || ready) return;
  sound.hidden = false;
  sound.addEventListener("click", async () => {
    sound.hidden = await unlock();
  });
});
