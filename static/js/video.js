/* The live room: who is there comes from the house, the pictures go from browser to browser. */

import { startEvidence } from "./video/evidence.js";
import { Media } from "./video/media.js";
import { startNote } from "./video/note.js";
import { Peer } from "./video/peer.js";
import { Quality } from "./video/quality.js";
import { startRecording } from "./video/recording.js";
import { Tile } from "./video/tiles.js";
import { Wire } from "./video/wire.js";

const root = document.querySelector("[data-video]");
if (root) start(root);

function start(room) {
  const part = (name) => room.querySelector(`[data-video-${name}]`);
  const words = part("words").dataset;
  const token = room.querySelector("[name=csrfmiddlewaretoken]").value;
  const ends = new Map(); // place → { peer, tile }
  let ice = [];
  let facts = null;
  let seen = {};
  let own = null;
  let isMesh = false;

  const media = new Media((kind) => {
    for (const { peer } of ends.values()) peer.send();
    if (kind === "video" && own) own.show(streamOfMine());
    buttons();
  });

  function streamOfMine() {
    const track = media.sent("video");
    return track ? new MediaStream([track]) : null;
  }

  const recording = startRecording(room, token, () => media.sent("audio"));
  const note = startNote(room, token);

  const evidence = startEvidence(room, token);

  const wire = new Wire({ events: room.dataset.events, signal: room.dataset.signal, token }, {
    ice: (servers) => (ice = servers),
    room: (now) => told(now),
    signal: (signal) => signalled(signal),
    lost: () => line(words.lost),
    back: () => line(""),
    moved: () => closed(words.moved),
  });

  function line(text) {
    part("line").textContent = text;
    part("line").hidden = !text;
  }

  function status(text) {
    if (part("status").textContent !== text) part("status").textContent = text;
  }

  function closed(text) {
    wire.stop();
    recording?.end();
    evidence?.end();
    media.close();
    for (const place of [...ends.keys()]) drop(place);
    own?.remove();
    own = null;
    room.dataset.state = "closed";
    part("controls").hidden = true;
    line("");
    status(text);
    part("again").hidden = false;
  }

  async function told(now) {
    facts = now;
    if (now.status === "moved") return closed(words.moved);
    if (now.room !== "planned" && now.room !== "open") return closed(`${words.over} ${now.room_said}`);
    if (now.status !== "waiting" && now.status !== "admitted") return closed(`${words.gone} ${now.status_said}`);
    note?.see(now);
    // While somebody types, nothing else has changed with every word.
    const rest = JSON.stringify({ ...now, note: "" });
    const isTyping = seen.rest === rest && seen.note !== now.note;
    seen = { rest, note: now.note };
    if (isTyping) return undefined;
    people(now);
    recording?.refresh();
    evidence?.told(now);
    room.dataset.state = now.status;
    if (now.status === "waiting") {
      status(now.room === "open" ? words.waiting : words.early);
      return undefined;
    }
    status(now.seats.filter((one) => one.page).length > 1 ? "" : words.alone);
    if (part("jitsi")) part("jitsi").hidden = false;
    else if (!isMesh) begin(now);
    else mesh();
    return undefined;
  }

  async function begin(now) {
    isMesh = true;
    part("controls").hidden = false;
    const me = now.seats.find((one) => one.place === now.me);
    own = new Tile(part("tiles"), part("tile"), { ...me, name: words.me }, { isOwn: true });
    new Quality(wire, () => [...ends.values()]);
    mesh(); // to see and hear the others one needs no camera
    trouble(await media.open());
    devices();
  }

  function trouble(why) {
    const box = part("trouble");
    box.hidden = !why;
    box.textContent = why ? words[why] : "";
  }

  /* One connection with each load of a page that sits in the room; a page that was loaded anew gets a new one. */
  function mesh() {
    if (!own) return;
    const there = new Map(facts.seats.filter((one) => one.page && one.place !== facts.me).map((one) => [one.place, one]));
    for (const [place, { peer }] of ends) if (there.get(place)?.page !== peer.page) drop(place);
    for (const [place, one] of there) if (!ends.has(place)) meet(one);
    part("tiles").dataset.count = String(ends.size + 1);
  }

  function meet(one) {
    const tile = new Tile(part("tiles"), part("tile"), one);
    tile.state(words.connecting);
    const peer = new Peer({
      me: facts.me, place: one.place, page: one.page, wire, media, ice,
      onStream: async (stream) => {
        if (!(await tile.show(stream))) part("sound").hidden = false;
      },
      onState: (state) => tile.state({ connected: "", disconnected: words.unsteady, failed: words.unsteady }[state] ?? words.connecting),
    });
    ends.set(one.place, { peer, tile });
    for (const early of kept.splice(0)) signalled(early);
  }

  function drop(place) {
    const { peer, tile } = ends.get(place);
    ends.delete(place);
    peer.close();
    tile.remove();
  }

  /* What comes from an end that we have not met yet (our camera is still being asked for) is kept for a moment. */
  const kept = [];
  function signalled(signal) {
    if (signal.data?.for !== wire.page) return;
    const peer = ends.get(signal.from)?.peer;
    if (!peer || peer.page !== signal.page) {
      if (kept.length < 200 && (!peer || !isKnown(signal))) kept.push(signal);
      return;
    }
    peer.turn = (peer.turn ?? Promise.resolve()).then(async () => {
      try {
        if (signal.kind === "description") await peer.described(signal.data);
        if (signal.kind === "candidates") await peer.found(signal.data);
      } catch {
        peer.mend();
      }
    });
  }

  function isKnown(signal) {
    return facts?.seats.some((one) => one.place === signal.from && one.page === signal.page);
  }

  // -- who is here, and for the host who waits

  function people(now) {
    const list = part("people");
    list.replaceChildren(...now.seats.map((one) => {
      const row = part("person").content.firstElementChild.cloneNode(true);
      row.querySelector("[data-name]").textContent = one.name;
      row.querySelector("[data-role]").textContent = one.role;
      row.querySelector("[data-state]").textContent = one.status_said;
      row.dataset.status = one.status;
      const admit = row.querySelector("[data-admit]");
      if (admit) {
        admit.hidden = one.status !== "waiting" || now.room !== "open";
        admit.setAttribute("aria-label", `${admit.textContent} ${one.name}`);
        admit.addEventListener("click", () => decide(admit, room.dataset.admit.replace("/0/", `/${one.id}/`)));
      }
      return row;
    }));
    const waiting = now.seats.filter((one) => one.status === "waiting").length;
    if (room.dataset.host !== undefined) part("knock").textContent = waiting ? words.knock : "";
  }

  async function decide(button, url) {
    button.disabled = true;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    }).catch(() => null);
    if (!answer?.ok) {
      button.disabled = false;
      part("knock").textContent = answer ? (await answer.json().catch(() => ({}))).reason ?? words.lost : words.lost;
    }
  }

  // -- our own camera, microphone, screen

  function buttons() {
    for (const [name, isOn] of [["mic", media.isOn("audio")], ["camera", media.isOn("video")], ["share", Boolean(media.screen)]]) {
      const button = part(name);
      button.setAttribute("aria-pressed", String(isOn));
      button.querySelector("span").textContent = isOn ? button.dataset.on : button.dataset.off;
    }
  }

  async function devices() {
    for (const one of await media.devices()) {
      const list = part(one.kind === "audioinput" ? "mics" : "cameras");
      if ([...list.options].some((option) => option.value === one.deviceId)) continue;
      list.append(new Option(one.label || `${list.options.length + 1}`, one.deviceId));
    }
  }

  part("mic").addEventListener("click", async () => trouble(await media.turn("audio")));
  part("camera").addEventListener("click", async () => trouble(await media.turn("video")));
  part("share").addEventListener("click", async () => trouble(await media.share()));
  part("mics").addEventListener("change", async ({ target }) => trouble(await media.choose("audio", target.value)));
  part("cameras").addEventListener("change", async ({ target }) => trouble(await media.choose("video", target.value)));
  navigator.mediaDevices?.addEventListener?.("devicechange", devices);
  part("sound").addEventListener("click", () => {
    part("sound").hidden = true;
    for (const { tile } of ends.values()) tile.video.play();
  });
  wire.listen();
}
