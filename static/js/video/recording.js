/* The recording in the live room: what everybody is asked and told, and the recorder in the browser that makes it. */

import * as keeper from "./keeper.js";
import { Mixer } from "./mixer.js";
import { bringRest, lockOf } from "./recording-rest.js";
import { Uploader, send } from "./uploader.js";

const TYPES = ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const BITS = 1_000_000;
const LOOK = 15_000;

export function startRecording(room, token, voice) {
  const box = room.querySelector("[data-recording]");
  if (!box) return null;
  const words = box.querySelector("[data-recording-words]").dataset;
  const now = box.querySelector("[data-recording-now]");
  const upload = box.querySelector("[data-recording-upload]");
  let status = "";
  let question = "";
  let recorder = null;
  let shown = "";

  const told = (name, count) => (upload.textContent = name ? (words[name] ?? "").replace("%s", count) : "");

  function aloud(text) {
    if (!("speechSynthesis" in window) || !text) return;
    const voiceOfPage = new SpeechSynthesisUtterance(text);
    voiceOfPage.lang = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
    speechSynthesis.speak(voiceOfPage);
  }

  function put(html) {
    // What somebody is choosing at this moment stays as it is, unless something has changed.
    if (html === shown) return;
    shown = html;
    now.innerHTML = html;
    const state = now.firstElementChild?.dataset ?? {};
    const before = status;
    status = state.status ?? "";
    if (status !== before) {
      if (status === "recording") aloud(words.running);
      if (status === "paused") aloud(words.paused);
      if (!status && (before === "recording" || before === "paused")) aloud(words.stopped);
    }
    if (state.token && !state.answer && question !== state.token) {
      question = state.token;
      aloud(words.ask);
    }
    recorder?.follow(status);
  }

  async function refresh() {
    const answer = await fetch(box.dataset.now, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (answer?.ok) put(await answer.text());
  }

  async function press(button) {
    const kind = button.dataset.recordingDo;
    const state = now.firstElementChild.dataset;
    button.disabled = true;
    if (kind === "stop" && recorder) {
      await recorder.stop();
      return refresh();
    }
    const fields = kind === "start" ? { media_type: chosenType() } : {};
    if (kind === "start" && !fields.media_type) return failed(words.unable);
    const answer = await send(state.do.replace("/start/", `/${kind}/`), token, fields).catch(() => null);
    if (!answer?.ok) return failed((await answer?.json().catch(() => null))?.reason ?? words.failed, button);
    if (kind === "start") await begin(state.token, Number(state.partSeconds), fields.media_type);
    return refresh();
  }

  function failed(text, button) {
    upload.textContent = text;
    if (button) button.disabled = false;
  }

  async function begin(recording, seconds, type) {
    const tiles = () => [...document.querySelectorAll(`${box.dataset.tiles} video`)].filter((video) => video.srcObject);
    recorder = new Recorder({ recording, seconds, type, token, told, words, mixer: new Mixer(tiles, voice) });
    await recorder.start();
  }

  now.addEventListener("click", (event) => {
    const button = event.target.closest("[data-recording-do]");
    if (button) press(button);
  });
  now.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const fields = new FormData(form, event.submitter);
    const answer = await fetch(form.action, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(fields) }).catch(() => null);
    if (answer && (answer.ok || answer.headers.get("Content-Type")?.startsWith("text/html") && [400, 409].includes(answer.status))) {
      put(await answer.text());
    } else failed(words.failed);
  });
  // The page is left by a form: the last part is made first, and leaves with the next page.
  document.addEventListener("submit", async (event) => {
    if (!recorder?.isOn || event.defaultPrevented) return; // other parts of the room send forms and stay
    event.preventDefault();
    await recorder.stop();
    recorder = null;
    event.target.submit();
  });
  addEventListener("beforeunload", (event) => recorder?.isOn && event.preventDefault());
  setInterval(refresh, LOOK);
  if (box.dataset.host !== undefined) bringRest(token, told);
  refresh();
  return { refresh, end: () => recorder?.stop() };
}

function chosenType() {
  if (!("MediaRecorder" in window) || !crypto.subtle) return "";
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}

class Recorder {
  constructor(facts) {
    Object.assign(this, facts);
    this.number = 0;
    this.isOn = false;
    this.kept = Promise.resolve();
  }

  async start() {
    await keeper.begin(this.recording).catch(() => this.told("nostore", 0));
    navigator.locks?.request(lockOf(this.recording), () => new Promise((resolve) => (this.release = resolve)));
    this.media = new MediaRecorder(this.mixer.stream, { mimeType: this.type, videoBitsPerSecond: BITS });
    this.media.addEventListener("dataavailable", ({ data }) => data.size && this.part(data));
    this.uploader = new Uploader(this.recording, this.token, this.told);
    this.isOn = true;
    this.media.start(this.seconds * 1000);
    this.brought = this.uploader.run().then(() => this.release?.());
  }

  part(blob) {
    const number = this.number;
    this.number += 1;
    this.kept = this.kept.then(async () => {
      await keeper.keep(this.recording, number, blob, await keeper.sha256(blob));
      this.uploader.wake();
    });
  }

  /* What the house says, the recorder does: it pauses, goes on, or stops because somebody took the consent back. */
  follow(status) {
    if (!this.isOn) return;
    if (status === "paused" && this.media.state === "recording") this.media.pause();
    else if (status === "recording" && this.media.state === "paused") this.media.resume();
    else if (status === "") this.stop();
  }

  /* Resolves when the last part lies in this browser: then the page may go. */
  async stop() {
    if (!this.isOn) return;
    this.isOn = false;
    const ended = new Promise((resolve) => this.media.addEventListener("stop", resolve, { once: true }));
    this.media.stop();
    await ended;
    this.mixer.close();
    await this.kept;
    await keeper.finish(this.recording, this.number);
    this.uploader.wake();
    await Promise.race([this.brought, new Promise((resolve) => setTimeout(resolve, 1500))]);
  }
}
