/* The pictures on the page: one for each end, made from the page's own template. */

export class Tile {
  constructor(wall, template, { place, name, role }, { isOwn = false } = {}) {
    this.root = template.content.firstElementChild.cloneNode(true);
    this.root.dataset.place = String(place);
    this.video = this.root.querySelector("video");
    this.video.muted = isOwn;
    if (isOwn) this.root.dataset.own = "";
    this.say(name, role);
    wall.append(this.root);
  }

  say(name, role) {
    this.root.querySelector("[data-name]").textContent = name;
    this.root.querySelector("[data-role]").textContent = role;
  }

  /* Resolves to false when the browser wants a press before it plays sound. */
  async show(stream) {
    if (this.video.srcObject !== stream) this.video.srcObject = stream;
    try {
      await this.video.play();
      return true;
    } catch (error) {
      return error.name !== "NotAllowedError";
    }
  }

  state(words) {
    this.root.querySelector("[data-line]").textContent = words;
  }

  remove() {
    this.video.srcObject = null;
    this.root.remove();
  }
}
