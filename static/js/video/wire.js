/* The line to the house: a stream of events that is opened again and again, and posts that keep their order for each
   end: what is said to one does not wait for what is said to the four others.
   Where the house has no free stream, it is asked every two seconds instead. */

const SILENCE = 15000; // the house says something every five seconds
const ASK_EVERY = 2000;
const STREAM_AGAIN = 10; // so many questions, then a stream is tried once more

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Wire {
  constructor({ events, signal, token }, on) {
    this.page = freshId();
    this.urls = { events, signal };
    this.token = token;
    this.on = on;
    this.last = "";
    this.first = true;
    this.asks = 0;
    this.over = false;
    this.sending = new Map(); // for each end, what is on its way
  }

  stop() {
    this.over = true;
    this.giveUp?.abort();
  }

  async listen() {
    let pause = 500;
    while (!this.over) {
      try {
        if (await this.once()) pause = 500;
      } catch {
        if (this.over) return;
        this.on.lost();
        await wait(pause);
        pause = Math.min(pause * 2, 4000);
      }
    }
  }

  async once() {
    const query = new URLSearchParams({ page: this.page });
    if (this.first) query.set("first", "1");
    if (this.asks) query.set("wait", "0");
    this.giveUp = new AbortController();
    let limit = setTimeout(() => this.giveUp.abort(), SILENCE);
    try {
      const answer = await fetch(`${this.urls.events}?${query}`, {
        headers: { Accept: "text/event-stream", ...(this.last && { "Last-Event-ID": this.last }) },
        cache: "no-store",
        signal: this.giveUp.signal,
      });
      if (answer.status === 503) {
        this.asks = STREAM_AGAIN;
        await wait(1000 * Number(answer.headers.get("Retry-After") || 2));
        return true;
      }
      if (answer.status === 409 || answer.status === 404) {
        this.stop();
        this.on.moved();
        return true;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      this.on.back();
      this.first = false;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let kept = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(limit);
        limit = setTimeout(() => this.giveUp.abort(), SILENCE);
        const frames = (kept + value).split("\n\n");
        kept = frames.pop();
        for (const frame of frames) this.heard(frame);
      }
    } finally {
      clearTimeout(limit);
    }
    if (this.asks) {
      this.asks -= 1;
      await wait(ASK_EVERY);
    }
    return true;
  }

  heard(frame) {
    const said = { event: "", data: "", id: "" };
    for (const line of frame.split("\n")) {
      const at = line.indexOf(": ");
      if (at > 0) said[line.slice(0, at)] = line.slice(at + 2);
    }
    if (said.id) this.last = said.id;
    if (said.event) this.on[said.event]?.(JSON.parse(said.data));
  }

  /* To each end in the order in which it was said; what does not get through is tried again for a while. */
  say(kind, data, to = "") {
    const before = this.sending.get(to) ?? Promise.resolve();
    const sent = before.then(() => this.post({ page: this.page, kind, to: String(to), data }));
    this.sending.set(to, sent);
    return sent;
  }

  async post(said) {
    for (let go = 0; go < 5 && !this.over; go += 1) {
      try {
        const answer = await fetch(this.urls.signal, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
          body: JSON.stringify(said),
        });
        if (answer.status < 500 && answer.status !== 429) return;
      } catch {
        // the line is lost; once more in a moment
      }
      await wait(700 * (go + 1));
    }
  }
}
