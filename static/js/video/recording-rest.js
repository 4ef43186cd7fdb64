/* What a closed page or a restarted browser left behind is brought to the house as soon as a page of it is open. */

import * as keeper from "./keeper.js";
import { Uploader } from "./uploader.js";

export const lockOf = (recording) => `hall-recording-${recording}`;

/** `said(name, count)` tells what is going on. A recording that another page still makes is left alone. */
export async function bringRest(token, said, but = "") {
  if (!("indexedDB" in window) || !navigator.locks) return;
  for (const one of await keeper.unfinished()) {
    if (one.token === but) continue;
    navigator.locks.request(lockOf(one.token), { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      if (one.made === null) await keeper.interrupted(one.token, one.next);
      await new Uploader(one.token, token, said).run();
    });
  }
}

const place = document.querySelector("[data-recording-rest]");
const field = document.querySelector("[name=csrfmiddlewaretoken]");
if (place && field) {
  bringRest(field.value, (name, count) => {
    place.textContent = name ? (place.dataset[name] ?? "").replace("%s", count) : "";
  });
}
