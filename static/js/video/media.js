/* Camera, microphone and screen of this end. What is refused or missing is said, and the room works without it. */

export class Media {
  constructor(changed) {
    this.tracks = { audio: null, video: null };
    this.screen = null;
    this.changed = changed;
    this.chosen = { audio: "", video: "" };
  }

  /* Returns "" or the reason why something is missing: refused, none, busy. */
  async open() {
    const all = await this.take({ audio: true, video: true });
    if (!all) return "";
    const sound = await this.take({ audio: true });
    if (!this.tracks.video) await this.take({ video: true });
    return sound || !this.tracks.video ? all : "";
  }

  async take(wanted) {
    if (!navigator.mediaDevices?.getUserMedia) return "insecure";
    const asked = {};
    for (const kind of Object.keys(wanted)) {
      asked[kind] = kind === "video" ? { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { max: 24 } } : {};
      if (this.chosen[kind]) asked[kind].deviceId = { exact: this.chosen[kind] };
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia(asked);
      for (const track of stream.getTracks()) this.put(track.kind, track);
      return "";
    } catch (error) {
      if (error.name === "NotAllowedError") return "refused";
      return error.name === "NotReadableError" ? "busy" : "none";
    }
  }

  put(kind, track) {
    const former = this.tracks[kind];
    if (former && former !== track) former.stop();
    if (track && former) track.enabled = former.enabled;
    this.tracks[kind] = track;
    track?.addEventListener("ended", () => this.tracks[kind] === track && this.put(kind, null));
    this.changed(kind);
  }

  sent(kind) {
    return kind === "video" && this.screen ? this.screen : this.tracks[kind];
  }

  isOn(kind) {
    return Boolean(this.tracks[kind]?.enabled);
  }

  async turn(kind) {
    const track = this.tracks[kind];
    if (!track) return this.take({ [kind]: true });
    track.enabled = !track.enabled;
    this.changed(kind);
    return "";
  }

  async choose(kind, device) {
    this.chosen[kind] = device;
    return this.take({ [kind]: true });
  }

  async share() {
    if (this.screen) {
      this.unshare();
      return "";
    }
    if (!navigator.mediaDevices?.getDisplayMedia) return "noscreen";
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 12 } }, audio: false });
      [this.screen] = stream.getVideoTracks();
      this.screen.contentHint = "detail";
      this.screen.addEventListener("ended", () => this.unshare());
      this.changed("video");
      return "";
    } catch {
      return ""; // thought better of it
    }
  }

  unshare() {
    this.screen?.stop();
    this.screen = null;
    this.changed("video");
  }

  async devices() {
    const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return all.filter((one) => one.kind === "audioinput" || one.kind === "videoinput");
  }

  close() {
    for (const track of [this.tracks.audio, this.tracks.video, this.screen]) track?.stop();
  }
}
