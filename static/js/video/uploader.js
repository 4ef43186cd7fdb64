/* Brings the parts to the house, one after the other, until it has them all; says how many are left, and why. */

import * as keeper from "./keeper.js";

const WAITS = [1000, 2000, 5000, 10000];
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A form of our own: refused answers say their reason, a lost line says nothing. */
export async function send(url, token, fields = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
}

export class Uploader {
  /** `said(name, count)`: what is to be told, a word of the page and how many parts wait. */
  constructor(recording, token, said) {
    this.recording = recording;
    this.token = token;
    this.said = said;
    this.isOver = false;
    this.woken = () => {};
    addEventListener("online", () => this.woken());
  }

  url(name) {
    return `/recordings/${this.recording}/${name}/`;
  }

  wake() {
    this.woken();
  }

  /** Ends when everything has come and the house knows how many parts there are. */
  async run() {
    let failures = 0;
    while (!this.isOver) {
      const part = await keeper.first(this.recording);
      const outcome = part ? await this.bring(part) : await this.close();
      if (outcome === "done") break;
      if (outcome === "idle") await Promise.race([rest(1000), new Promise((resolve) => (this.woken = resolve))]);
      else if (outcome === "ok") failures = 0;
      else {
        this.said(outcome, await keeper.left(this.recording));
        await Promise.race([rest(WAITS[Math.min(failures, WAITS.length - 1)]), new Promise((resolve) => (this.woken = resolve))]);
        failures += 1;
      }
    }
    this.said("", 0);
  }

  async bring(part) {
    let answer;
    try {
      answer = await fetch(`${this.url("parts")}${part.number}/`, {
        method: "POST",
        headers: { "X-CSRFToken": this.token, "X-Part-SHA256": part.digest, "Content-Type": "application/octet-stream", Accept: "application/json" },
        body: part.blob,
        redirect: "manual",
      });
    } catch {
      return "lost";
    }
    // A part that the house has in another form, or will never take any more, is not brought again and again.
    if (answer.ok || answer.status === 409) {
      await keeper.confirm(this.recording, part.number);
      const left = await keeper.left(this.recording);
      this.said(left ? "left" : "", left);
      return "ok";
    }
    return refusal(answer);
  }

  async close() {
    const known = (await keeper.unfinished()).find((one) => one.token === this.recording);
    if (!known) return "done";
    if (known.made === null) return "idle";
    let answer;
    try {
      const reason = known.interrupted ? "interrupted" : "host";
      answer = await send(this.url("stop"), this.token, { parts: known.made, reason });
    } catch {
      return "lost";
    }
    if (!answer.ok && answer.status !== 409) return refusal(answer);
    await keeper.forget(this.recording);
    return "done";
  }
}

/* Another person who has signed in here since sees nothing of it (404): it waits for the one whose it is. */
function refusal(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) return "signin";
  return answer.status >= 500 ? "full" : "lost";
}
