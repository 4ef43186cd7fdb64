/* One picture and one sound out of those of all ends: what is recorded is what the hall sees and hears. */

const WIDE = 1280;
const HIGH = 720;
const FRAMES = 12;

export class Mixer {
  /** `tiles()` gives the video elements on the page, `voice()` the hall's own microphone. */
  constructor(tiles, voice) {
    this.tiles = tiles;
    this.voice = voice;
    this.canvas = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH });
    this.brush = this.canvas.getContext("2d");
    this.audio = new AudioContext();
    this.sink = this.audio.createMediaStreamDestination();
    this.heard = new Map();
    this.clock = setInterval(() => this.paint(), 1000 / FRAMES);
    this.audio.resume();
    this.paint();
    const picture = this.canvas.captureStream(FRAMES);
    this.stream = new MediaStream([...picture.getVideoTracks(), ...this.sink.stream.getAudioTracks()]);
  }

  paint() {
    const videos = this.tiles();
    const columns = Math.ceil(Math.sqrt(Math.max(videos.length, 1)));
    const rows = Math.ceil(videos.length / columns) || 1;
    const wide = WIDE / columns;
    const high = HIGH / rows;
    this.brush.fillStyle = "black";
    this.brush.fillRect(0, 0, WIDE, HIGH);
    videos.forEach((video, index) => {
      if (!video.videoWidth) return;
      const scale = Math.min(wide / video.videoWidth, high / video.videoHeight);
      const [w, h] = [video.videoWidth * scale, video.videoHeight * scale];
      const x = (index % columns) * wide + (wide - w) / 2;
      const y = Math.floor(index / columns) * high + (high - h) / 2;
      this.brush.drawImage(video, x, y, w, h);
    });
    this.brush.fillStyle = "white";
    this.brush.font = "20px sans-serif";
    this.brush.fillText(new Date().toLocaleString(), 12, HIGH - 12);
    this.listen(videos);
  }

  /* Who came in later is heard too, who has left no longer. */
  listen(videos) {
    const tracks = videos.filter((video) => !video.muted).flatMap((video) => video.srcObject?.getAudioTracks() ?? []);
    const own = this.voice();
    if (own) tracks.push(own);
    for (const track of tracks) {
      if (this.heard.has(track) || track.readyState !== "live") continue;
      const source = this.audio.createMediaStreamSource(new MediaStream([track]));
      source.connect(this.sink);
      this.heard.set(track, source);
    }
    for (const [track, source] of this.heard) {
      if (!tracks.includes(track)) {
        source.disconnect();
        this.heard.delete(track);
      }
    }
  }

  close() {
    clearInterval(this.clock);
    this.audio.close();
    for (const track of this.stream.getTracks()) track.stop();
  }
}
