/* How the pictures come in: the first one, and when they become bad, is told to the house. Numbers alone. */

const EVERY = 2000;
const BAD_LOSS = 0.08;
const BAD_RATE = 5;
const BAD_ROUNDS = 4;
const QUIET = 60000;

export class Quality {
  constructor(wire, ends) {
    this.wire = wire;
    this.ends = ends; // () => [{ peer, tile }]
    this.began = performance.now();
    this.isConnected = false;
    this.before = new Map();
    this.bad = new Map();
    this.told = -QUIET;
    setInterval(() => this.look(), EVERY);
  }

  async look() {
    for (const { peer, tile } of this.ends()) {
      const now = await peer.video();
      if (!now) continue;
      tile.root.dataset.frames = String(now.framesDecoded ?? 0);
      if (!this.isConnected && now.framesDecoded > 0) {
        this.isConnected = true;
        this.wire.say("connected", { ms: Math.round(performance.now() - this.began) });
      }
      this.judge(peer, now);
    }
  }

  judge(peer, now) {
    const before = this.before.get(peer);
    this.before.set(peer, now);
    if (!before || !peer.isConnected) return;
    const came = now.packetsReceived - before.packetsReceived;
    const lost = Math.max(0, now.packetsLost - before.packetsLost);
    const share = came + lost ? lost / (came + lost) : 0;
    const rate = (now.framesDecoded - before.framesDecoded) / (EVERY / 1000);
    const isBad = share > BAD_LOSS || (came > 0 && rate < BAD_RATE);
    const rounds = isBad ? (this.bad.get(peer) ?? 0) + 1 : 0;
    this.bad.set(peer, rounds);
    if (rounds < BAD_ROUNDS || performance.now() - this.told < QUIET) return;
    this.told = performance.now();
    this.wire.say("quality", { place: peer.place, lost: Number(share.toFixed(3)), fps: Math.round(rate) });
  }
}
