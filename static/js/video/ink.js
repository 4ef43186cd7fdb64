/* A name drawn with finger, pen or mouse: kept as lines of points in units of the field, not of the screen. */

const LEAST = 3; // units between two points that are kept
const MOST = 3900;

export class Ink {
  constructor(form) {
    this.box = form.querySelector("[data-note-ink]");
    this.canvas = this.box.querySelector("canvas");
    this.field = form.querySelector("[name=strokes]");
    this.lines = [];
    this.line = null;
    this.box.hidden = false;
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) this.canvas.addEventListener(end, () => (this.line = null));
    this.box.querySelector("[data-note-clear]").addEventListener("click", () => this.set([]));
  }

  at({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    return [
      within(((clientX - left) / width) * this.canvas.width, this.canvas.width),
      within(((clientY - top) / height) * this.canvas.height, this.canvas.height),
    ];
  }

  down(event) {
    if (event.button) return;
    event.preventDefault();
    this.canvas.setPointerCapture?.(event.pointerId);
    this.line = [this.at(event)];
    this.lines.push(this.line);
    this.kept();
  }

  move(event) {
    if (!this.line) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = this.at(one);
      const [px, py] = this.line.at(-1);
      if (Math.hypot(x - px, y - py) >= LEAST && this.count() < MOST) this.line.push([x, y]);
    }
    this.kept();
  }

  count() {
    return this.lines.reduce((sum, line) => sum + line.length, 0);
  }

  set(lines) {
    this.lines = lines;
    this.line = null;
    this.kept();
  }

  kept() {
    this.field.value = this.lines.length ? JSON.stringify(this.lines) : "";
    const brush = this.canvas.getContext("2d");
    brush.clearRect(0, 0, this.canvas.width, this.canvas.height);
    brush.strokeStyle = getComputedStyle(this.canvas).color;
    brush.lineWidth = 5;
    brush.lineCap = brush.lineJoin = "round";
    for (const line of this.lines) {
      brush.beginPath();
      brush.moveTo(...line[0]);
      for (const point of line) brush.lineTo(...point);
      brush.stroke();
    }
  }
}
