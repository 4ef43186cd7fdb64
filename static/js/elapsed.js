/* A running counter beside a moment: <time data-since="2026-11-21T09:05:00+08:00">03:20</time>. */

import { each } from "./page.js";

const counters = new Set();

function show(element) {
  // The server's clock counts: data-now is its time when the page was made.
  const seconds = Math.max(0, Math.floor((Date.now() - element.shift - Date.parse(element.dataset.since)) / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  element.textContent = h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

each("time[data-since]", (element) => {
  element.shift = element.dataset.now ? Date.now() - Date.parse(element.dataset.now) : 0;
  counters.add(element);
  show(element);
});

setInterval(() => {
  for (const element of counters) {
    if (element.isConnected) show(element);
    else counters.delete(element);
  }
}, 1000);
