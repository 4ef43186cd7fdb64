/* One other end. The end with the lower place offers; both may restart, and the higher place gives way (perfect
   negotiation). Tracks are exchanged without a new offer. A way that breaks is looked for again until there is one: by
   the lower place, and now and then by the higher one, which may be the only one that has noticed. An answer names the
   offer that it is for: one that is late must not be taken for that to the next offer. */

const TRY_AGAIN = 6000;
const POLITE_ROUNDS = 3;

export class Peer {
  constructor({ me, place, page, wire, media, ice, onStream, onState }) {
    Object.assign(this, { place, page, wire, media, onState });
    this.polite = me > place;
    this.makingOffer = false;
    this.ignored = false;
    this.round = 0; // of our offers
    this.broken = 0; // how often we found no way
    this.waiting = []; // candidates of ours, sent together
    this.pc = new RTCPeerConnection({ iceServers: ice, bundlePolicy: "max-bundle" });
    this.stream = new MediaStream();
    this.pc.addEventListener("track", ({ track }) => {
      for (const old of this.stream.getTracks()) if (old.kind === track.kind) this.stream.removeTrack(old);
      this.stream.addTrack(track);
      onStream(this.stream);
    });
    this.pc.addEventListener("icecandidate", ({ candidate }) => candidate && this.collect(candidate));
    this.pc.addEventListener("negotiationneeded", () => this.offer());
    this.pc.addEventListener("connectionstatechange", () => {
      onState(this.pc.connectionState);
      if (this.pc.connectionState === "failed" && !this.polite) this.pc.restartIce();
    });
    if (!this.polite) {
      for (const kind of ["audio", "video"]) {
        this.pc.addTransceiver(media.sent(kind) ?? kind, { direction: "sendrecv" });
      }
    }
    this.timer = setInterval(() => this.mend(), TRY_AGAIN);
  }

  get isConnected() {
    return this.pc.connectionState === "connected";
  }

  say(kind, data) {
    return this.wire.say(kind, { for: this.page, ...data }, this.place);
  }

  async offer() {
    try {
      this.makingOffer = true;
      this.round += 1;
      await this.pc.setLocalDescription();
      this.describe(this.round);
    } catch {
      // closed meanwhile
    } finally {
      this.makingOffer = false;
    }
  }

  describe(round) {
    this.say("description", { description: this.pc.localDescription.toJSON(), round });
  }

  collect(candidate) {
    if (!this.waiting.length) {
      setTimeout(() => {
        this.say("candidates", { candidates: this.waiting.map((one) => one.toJSON()) });
        this.waiting = [];
      }, 120);
    }
    this.waiting.push(candidate);
  }

  async described({ description, round }) {
    const collision = description.type === "offer" && (this.makingOffer || this.pc.signalingState !== "stable");
    this.ignored = !this.polite && collision;
    if (this.ignored) return;
    if (description.type === "answer") {
      if (this.pc.signalingState !== "have-local-offer" || (round ?? this.round) !== this.round) return;
    }
    await this.pc.setRemoteDescription(description);
    if (description.type !== "offer") return;
    await this.send();
    await this.pc.setLocalDescription();
    this.describe(round);
  }

  async found({ candidates }) {
    for (const candidate of candidates) {
      try {
        await this.pc.addIceCandidate(candidate);
      } catch {
        // of an offer that we did not take, or of a round that is over
      }
    }
  }

  /* Our present tracks, into the places that the offer made for them. */
  async send() {
    for (const transceiver of this.pc.getTransceivers()) {
      transceiver.direction = "sendrecv";
      await transceiver.sender.replaceTrack(this.media.sent(transceiver.receiver.track.kind));
    }
  }

  mend() {
    if (this.isConnected || this.pc.connectionState === "closed") {
      this.broken = 0;
      return;
    }
    this.broken += 1;
    if (this.pc.signalingState === "have-local-offer") {
      this.describe(this.round); // the first was lost
    } else if (this.pc.remoteDescription && (!this.polite || this.broken % POLITE_ROUNDS === 0)) {
      this.pc.restartIce();
    }
  }

  async video() {
    const stats = await this.pc.getStats();
    for (const one of stats.values()) if (one.type === "inbound-rtp" && one.kind === "video") return one;
    return null;
  }

  close() {
    clearInterval(this.timer);
    this.pc.close();
  }
}
